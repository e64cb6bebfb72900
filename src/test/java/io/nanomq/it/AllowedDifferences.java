package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The differences on purpose: the rows of {@code docs/api-compatibility.md} that begin with an id.
 * The page is the list, so what it does not say is not allowed, and what it says must be so.
 */
final class AllowedDifferences {
  private static final Path PAGE = Path.of("docs/api-compatibility.md");
  private static final String ROW = "| D";

  private AllowedDifferences() {}

  /**
   * One cell's worth of a row.
   *
   * @param id of the row
   * @param labels requests, {@code *} at the end or alone stands for anything
   */
  record Rule(String id, List<String> labels, String what, String before, String here) {

    boolean allows(AnswerDifference difference) {
      return labels.stream().anyMatch(label -> matches(label, difference.label()))
          && matches(what, difference.what())
          && matches(before, difference.before())
          && matches(here, difference.here());
    }

    private static boolean matches(String glob, String text) {
      String pattern =
          Arrays.stream(glob.split("\\*", -1))
              .map(Pattern::quote)
              .reduce((a, b) -> a + ".*" + b)
              .get();
      return Pattern.compile(pattern, Pattern.DOTALL).matcher(text).matches();
    }
  }

  /**
   * Fails for a difference that the page does not list, and for one that it lists and is not there.
   *
   * @param asked labels of the requests that were made; rows of others are not looked at
   */
  static void assertThatExactlyTheseAreAllowed(
      List<AnswerDifference> found, Collection<String> asked) throws IOException {
    List<Rule> rules = read();
    assertThat(found)
        .as("differences that %s does not list", PAGE)
        .filteredOn(difference -> rules.stream().noneMatch(rule -> rule.allows(difference)))
        .isEmpty();
    var gone = new ArrayList<String>();
    for (Rule rule : rules) {
      for (String label : rule.labels()) {
        Rule one = new Rule(rule.id(), List.of(label), rule.what(), rule.before(), rule.here());
        if (isAsked(label, asked) && found.stream().noneMatch(one::allows)) {
          gone.add(rule.id() + " for " + label + ": " + rule.what());
        }
      }
    }
    assertThat(gone).as("differences of %s that there are not", PAGE).isEmpty();
  }

  private static boolean isAsked(String glob, Collection<String> asked) {
    return asked.stream().anyMatch(label -> Rule.matches(glob, label));
  }

  private static List<Rule> read() throws IOException {
    var rules = new ArrayList<Rule>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith(ROW)) {
        String[] cells = line.split("(?<!\\\\)\\|");
        for (String what : cells[3].split(",")) {
          rules.add(
              new Rule(
                  cells[1].strip(),
                  List.of(cells[2].strip().split("[ ,]+")),
                  plain(what),
                  plain(cells[4]),
                  plain(cells[5])));
        }
      }
    }
    return rules;
  }

  private static String plain(String cell) {
    return cell.replace("`", "").replace("\\|", "|").strip();
  }
}
