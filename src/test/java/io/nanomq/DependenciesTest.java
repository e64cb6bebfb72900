package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What pom.xml depends on, docs/architecture.md gives a reason for. */
class DependenciesTest {
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
  private static final Pattern NAMED = Pattern.compile("`([^`]+)`");

  @Test
  void eachHasAReason() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String managed = between(pom, "</dependencyManagement>", "<build>");
    String page = Files.readString(Path.of("docs/architecture.md"));
    String table = between(page, "\n## Dependencies\n", "\n## ");
    String names =
        table
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.indexOf('|', 1)))
            .collect(Collectors.joining());
    assertThat(all(NAMED, names)).hasSizeGreaterThan(10).isEqualTo(all(ARTIFACT, managed));
  }

  /** To the end where {@code to} does not follow. */
  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    assertThat(start).as(from).isNotNegative();
    int end = text.indexOf(to, start + from.length());
    return end < 0 ? text.substring(start) : text.substring(start, end);
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
