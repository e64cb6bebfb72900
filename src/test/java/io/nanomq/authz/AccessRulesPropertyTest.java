package io.nanomq.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.AclClients;
import io.nanomq.config.model.AclClients.Field;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.packet.AccessAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random rules, topics, filters and names against an evaluator that looks at every topic. */
class AccessRulesPropertyTest {
  private static final List<String> LEVELS = List.of("a", "b", "", "$s");
  private static final List<String> RULE_LEVELS =
      List.of("a", "b", "", "$s", "+", "+", "${clientid}", "%u", "a%c", "x${username}");

  /** Those, and what placeholders make of names. */
  private static final List<String> ALL_LEVELS =
      List.of("a", "b", "", "$s", "aa", "ab", "a$s", "xa", "xb", "x$s");

  private static final List<String> NAMES =
      List.of("a", "b", "+", "#", "a/b", "", "$s", "\0", "a/#", "b+");
  private static final List<String> ADDRESSES = List.of("10.0.0.1", "10.0.1.1", "192.168.0.1");
  private static final List<String> UNIVERSE = universe();

  private record Naive(List<AclRuleConf> rules, boolean noMatchAllows) {
    boolean allows(AccessClient client, AccessAction action, String topic) {
      for (AclRuleConf rule : rules) {
        if (isAbout(rule, client, action) && matchesAny(rule, client, topic)) {
          return rule.allow();
        }
      }
      return noMatchAllows;
    }

    boolean isDeniedByAny(AccessClient client, AccessAction action, String topic) {
      return !noMatchAllows
          || rules.stream()
              .anyMatch(
                  rule ->
                      !rule.allow()
                          && isAbout(rule, client, action)
                          && matchesAny(rule, client, topic));
    }

    static boolean isAbout(AclRuleConf rule, AccessClient client, AccessAction action) {
      return (action == AccessAction.PUBLISH ? rule.publish() : rule.subscribe())
          && isOne(rule.clients(), client);
    }

    static boolean isOne(AclClients who, AccessClient client) {
      if (who instanceof AclClients.All all) {
        return all.of().stream().allMatch(one -> isOne(one, client));
      }
      if (who instanceof AclClients.AnyOf any) {
        return any.of().stream().anyMatch(one -> isOne(one, client));
      }
      var is = (AclClients.Is) who;
      if (is.value().equals("#")) {
        return true;
      }
      return switch (is.field()) {
        case USERNAME -> is.value().equals(client.username());
        case CLIENTID -> is.value().equals(client.clientId());
        case IPADDR ->
            is.value().endsWith("/24")
                ? client.addressText().startsWith(is.value().substring(0, 7))
                : is.value().equals(client.addressText());
      };
    }

    static boolean matchesAny(AclRuleConf rule, AccessClient client, String topic) {
      return rule.topics().isEmpty()
          || rule.topics().stream().anyMatch(filter -> matches(filter, client, topic));
    }

    private static boolean matches(String filter, AccessClient client, String topic) {
      String text = filter;
      for (String placeholder : List.of("${clientid}", "%c", "${username}", "%u")) {
        if (text.contains(placeholder)) {
          boolean isClient = placeholder.contains("c") && !placeholder.contains("user");
          String name = isClient ? client.clientId() : client.username();
          boolean isBad = name == null || name.isEmpty() || name.matches("(?s).*[+#/\0].*");
          if (isBad || filter.startsWith(placeholder) && name.startsWith("$")) {
            return false;
          }
          text = text.replace(placeholder, name);
        }
      }
      return matches(text, topic);
    }

    static boolean matches(String filter, String topic) {
      if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
        return false;
      }
      return matches(filter.split("/", -1), topic.split("/", -1), 0);
    }

    private static boolean matches(String[] filter, String[] topic, int i) {
      if (i == filter.length) {
        return i == topic.length;
      }
      if (filter[i].equals("#")) {
        return true;
      }
      return i < topic.length
          && (filter[i].equals("+") || filter[i].equals(topic[i]))
          && matches(filter, topic, i + 1);
    }
  }

  @RepeatedTest(100)
  void asAnEvaluatorThatLooksAtEveryTopic(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<AclRuleConf> rules = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      rules.add(rule(random, rules.size() + 1));
    }
    boolean noMatchAllows = random.nextBoolean();
    var naive = new Naive(rules, noMatchAllows);
    var compiled = new AccessRules(rules, noMatchAllows);
    for (int i = 0; i < 5; i++) {
      AccessClient client = client(random);
      AccessAction action = AccessAction.values()[random.nextInt(2)];
      for (String topic : UNIVERSE) {
        assertThat(compiled.decide(client, action, topic).allowed())
            .as("%s %s %s in %s", client, action, topic, rules)
            .isEqualTo(naive.allows(client, action, topic));
      }
      String filter = filter(random, LEVELS);
      check(naive, compiled, client, filter);
    }
  }

  private static void check(Naive naive, AccessRules compiled, AccessClient client, String filter) {
    AccessVerdict verdict = compiled.decide(client, AccessAction.SUBSCRIBE, filter);
    List<String> of = UNIVERSE.stream().filter(topic -> Naive.matches(filter, topic)).toList();
    String about = client + " " + filter + " in " + naive;
    if (verdict.partial()) {
      assertThat(verdict.rule().allow()).as(about).isTrue();
    } else if (verdict.allowed()) {
      assertThat(of)
          .as(about)
          .allMatch(topic -> naive.allows(client, AccessAction.SUBSCRIBE, topic));
    } else {
      assertThat(of)
          .as(about)
          .anyMatch(topic -> naive.isDeniedByAny(client, AccessAction.SUBSCRIBE, topic));
    }
  }

  private static AclRuleConf rule(Random random, int line) {
    List<String> topics = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      topics.add(filter(random, RULE_LEVELS));
    }
    int action = random.nextInt(3);
    AclClients who = random.nextInt(3) == 0 ? AclClients.EVERYBODY : clients(random, 2);
    return new AclRuleConf(random.nextBoolean(), action != 0, action != 1, topics, who, "f", line);
  }

  private static AclClients clients(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 3 : 5);
    if (kind > 2) {
      List<AclClients> of = List.of(clients(random, depth - 1), clients(random, depth - 1));
      return kind == 3 ? new AclClients.All(of) : new AclClients.AnyOf(of);
    }
    Field field = Field.values()[kind];
    List<String> values = field == Field.IPADDR ? List.of("10.0.0.1", "10.0.1.0/24", "#") : NAMES;
    return new AclClients.Is(field, values.get(random.nextInt(values.size())));
  }

  private static AccessClient client(Random random) {
    String user = random.nextInt(5) == 0 ? null : NAMES.get(random.nextInt(NAMES.size()));
    String address = ADDRESSES.get(random.nextInt(ADDRESSES.size()));
    return Clients.at(NAMES.get(random.nextInt(NAMES.size())), user, address);
  }

  private static String filter(Random random, List<String> levels) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      boolean isWild = levels == LEVELS && random.nextInt(3) == 0;
      parts.add(isWild ? "+" : levels.get(random.nextInt(levels.size())));
    }
    if (random.nextInt(3) == 0) {
      parts.set(parts.size() - 1, "#");
    }
    String filter = String.join("/", parts);
    return filter.isEmpty() ? "a" : filter;
  }

  /** Every topic of up to three levels; also the empty one, which no packet can have. */
  private static List<String> universe() {
    List<String> all = new ArrayList<>();
    List<String> last = List.of("");
    for (int depth = 0; depth < 3; depth++) {
      List<String> next = new ArrayList<>();
      for (String before : last) {
        for (String level : ALL_LEVELS) {
          next.add(depth == 0 ? level : before + "/" + level);
        }
      }
      all.addAll(next);
      last = next;
    }
    return all;
  }
}
