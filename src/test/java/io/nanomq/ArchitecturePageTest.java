package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says is somewhere is there. */
class ArchitecturePageTest {
  private static final Path PAGE = Path.of("docs/architecture.md");
  private static final Path SOURCES = Path.of("src/main/java/io/nanomq");
  private static final int MIN_BEHAVIOURS = 25;

  @Test
  void eachBehaviourIsWhereThePageSays() throws IOException {
    List<List<String>> rows = rows("| what the broker does | file | where in it |");
    assertThat(rows).hasSizeGreaterThanOrEqualTo(MIN_BEHAVIOURS);
    var wrong = new ArrayList<String>();
    for (List<String> row : rows) {
      Path file = SOURCES.resolve(names(row.get(1)).get(0) + ".java");
      String source = Files.exists(file) ? Files.readString(file) : "";
      for (String method : names(row.get(2))) {
        if (!Pattern.compile("\\b" + method + "\\([^;]*\\{").matcher(source).find()) {
          wrong.add(file + " has no method " + method);
        }
      }
      if (source.isEmpty()) {
        wrong.add(file + " is not there");
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Cells of the table that begins with {@code head}, without that. */
  private static List<List<String>> rows(String head) throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int first = lines.indexOf(head) + 2;
    assertThat(first).as(head).isGreaterThan(1);
    return lines.subList(first, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> List.of(line.substring(1, line.length() - 1).split("\\|")))
        .toList();
  }

  /** What stands between backticks. */
  private static List<String> names(String cell) {
    return Pattern.compile("`([^`]+)`").matcher(cell).results().map(m -> m.group(1)).toList();
  }
}
