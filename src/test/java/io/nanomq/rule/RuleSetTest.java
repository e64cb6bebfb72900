package io.nanomq.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.RulesConf;
import io.nanomq.rule.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Which rules a topic concerns, against one that compares level by level. */
class RuleSetTest {
  private static final List<String> LEVELS = List.of("a", "b", "", "$x", "+", "#");

  private static CompiledRule rule(int id, String... filters) throws Exception {
    var sink = new RulesConf.Sink("repub", "", "", "", "", null);
    var place = new RulesConf.Place("", "", List.of());
    var conf = new RulesConf.Rule(id, true, "", sink, "t", place);
    Query query = Query.parse("SELECT * FROM '" + String.join("', '", filters) + "'");
    return new CompiledRule(conf, query, (rule, row, input, results) -> {}, new RuleFigures());
  }

  private static Set<Integer> ids(Set<CompiledRule> rules) {
    return rules.stream().map(CompiledRule::id).collect(Collectors.toCollection(TreeSet::new));
  }

  @RepeatedTest(5)
  void agreesWithTheRulesOfTopics(RepetitionInfo info) throws Exception {
    Random random = new Random(info.getCurrentRepetition());
    List<CompiledRule> rules = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      rules.add(rule(i, filter(random), filter(random)));
    }
    RuleSet set = new RuleSet(rules);
    for (int i = 0; i < 500; i++) {
      String topic = topic(random);
      Set<Integer> expected = new TreeSet<>();
      for (CompiledRule rule : rules) {
        if (rule.query().filters().stream().anyMatch(filter -> matches(filter, topic))) {
          expected.add(rule.id());
        }
      }
      assertThat(ids(set.matching(topic))).as(topic).isEqualTo(expected);
    }
  }

  private static String filter(Random random) {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      levels.add(LEVELS.get(random.nextInt(i == 0 ? 6 : 5)));
    }
    String filter = String.join("/", levels);
    return filter.isEmpty() ? "a" : filter;
  }

  private static String topic(Random random) {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      levels.add(LEVELS.get(random.nextInt(4)));
    }
    String topic = String.join("/", levels);
    return topic.isEmpty() ? "a" : topic;
  }

  private static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && "+#".indexOf(filter.charAt(0)) >= 0) {
      return false;
    }
    String pattern =
        filter
            .replace("$", "\\$")
            .replaceAll("^\\+", "[^/]*")
            .replaceAll("/\\+", "/[^/]*")
            .replaceAll("^#$", ".*")
            .replaceAll("/#$", "(/.*)?");
    return topic.matches(pattern);
  }

  @Test
  void originsEnd() {
    RuleOrigin origin = null;
    for (int id = 1; id <= RuleOrigin.MAX_HOPS; id++) {
      assertThat(RuleOrigin.mayLookAt(origin, id)).isTrue();
      origin = RuleOrigin.after(origin, id);
      assertThat(RuleOrigin.mayLookAt(origin, id)).isFalse();
      assertThat(origin.hops()).isEqualTo(id);
    }
    assertThat(RuleOrigin.mayLookAt(origin, 1)).isFalse();
  }
}
