package io.nanomq.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.AclConf;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.config.model.AclRules;
import io.nanomq.metrics.AccessReason;
import io.nanomq.packet.AccessAction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules mean, as NanoMQ's page of them says, and where it leaves holes. */
class AccessRulesTest {
  private static final String DASHBOARD =
      "{\"permit\": \"allow\", \"username\": \"dashboard\", \"action\": \"subscribe\","
          + " \"topics\": [\"$SYS/#\"]}";
  private static final String NO_SPIES =
      "{\"permit\": \"deny\", \"username\": \"#\", \"action\": \"subscribe\","
          + " \"topics\": [\"$SYS/#\", \"#\"]}";
  private static final String ALLOW = "{\"permit\": \"allow\"}";

  /** The three rules of NanoMQ's own nanomq_acl.conf, the second one switched on. */
  @ParameterizedTest
  @CsvSource({
    "dashboard, SUBSCRIBE, $SYS/#, true, 1",
    "dashboard, SUBSCRIBE, $SYS/broker/+, true, 1",
    "dashboard, SUBSCRIBE, #, false, 2",
    "joe, SUBSCRIBE, $SYS/#, false, 2",
    "joe, SUBSCRIBE, #, false, 2",
    "joe, SUBSCRIBE, a/b, false, 2",
    "joe, PUBLISH, a/b, true, 3",
    "dashboard, PUBLISH, a/b, true, 3",
    "'', SUBSCRIBE, $SYS/#, false, 2",
    "'', PUBLISH, a, true, 3"
  })
  void examplesOfNanomq(String user, AccessAction action, String topic, boolean allowed, int line)
      throws Exception {
    AccessVerdict verdict =
        rules(true, DASHBOARD, NO_SPIES, ALLOW).decide(named("c", user), action, topic);
    assertThat(verdict.allowed()).isEqualTo(allowed);
    assertThat(verdict.rule().line()).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // who
        "{'permit':'deny','username':'joe'}                     | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','username':'joe'}                     | c | Joe | 1.2.3.4 | a | true",
        "{'permit':'deny','clientid':'c'}                       | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','clientid':'#'}                       | d | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','clientid':'c'}                       | d | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','ipaddr':'1.2.3.4'}                   | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','ipaddr':'1.2.3.5'}                   | c | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','ipaddr':'1.2.0.0/16'}                | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','ipaddr':'1.3.0.0/16'}                | c | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','ipaddr':'2001:db8::/32'}             | c | joe | 2001:db8::1 | a | false",
        "{'permit':'deny','ipaddr':'#'}                         | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','and':[{'username':'joe'},{'clientid':'c'}]} | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','and':[{'username':'joe'},{'clientid':'d'}]} | c | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','or':[{'username':'joe'},{'clientid':'d'}]}  | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','or':[{'username':'ann'},{'clientid':'d'}]}  | c | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','and':[{'ipaddr':'1.0.0.0/8'},{'or':[{'username':'x'},{'username':'joe'}]}]}"
            + " | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','username':'joe','ipaddr':'9.9.9.9'}  | c | joe | 1.2.3.4 | a | true",
        // what
        "{'permit':'deny','action':'subscribe'}                 | c | joe | 1.2.3.4 | a | true",
        "{'permit':'deny','action':'publish'}                   | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','action':'pubsub'}                    | c | joe | 1.2.3.4 | a | false",
        // where
        "{'permit':'deny','topics':['a']}                       | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','topics':['a']}                       | c | joe | 1.2.3.4 | a/b | true",
        "{'permit':'deny','topics':['a/#']}                     | c | joe | 1.2.3.4 | a | false",
        "{'permit':'deny','topics':['+/b','x']}                 | c | joe | 1.2.3.4 | a/b | false",
        "{'permit':'deny','topics':['+/b']}                     | c | joe | 1.2.3.4 | a/b/c | true",
        "{'permit':'deny','topics':['#']}                       | c | joe | 1.2.3.4 | $x/b | true",
        "{'permit':'deny','topics':['+/b']}                     | c | joe | 1.2.3.4 | $x/b | true",
        // placeholders
        "{'permit':'deny','topics':['t/${clientid}']}           | nmq_c | joe | 1.2.3.4 | t/nmq_c | false",
        "{'permit':'deny','topics':['t/${clientid}']}           | nmq_c | joe | 1.2.3.4 | t/other | true",
        "{'permit':'deny','topics':['t/${clientid}']}           | c | joe | 1.2.3.4 | t/${clientid} | true",
        "{'permit':'deny','topics':['%u/%c/#']}                 | c | joe | 1.2.3.4 | joe/c/x/y | false",
        "{'permit':'deny','topics':['dev-%c-${username}/x']}    | c | joe | 1.2.3.4 | dev-c-joe/x | false",
      })
  void whoWhatAndWhere(
      String rule, String client, String user, String address, String topic, boolean allowed)
      throws Exception {
    AccessVerdict verdict =
        rules(true, rule.replace('\'', '"'))
            .decide(Clients.at(client, user, address), AccessAction.PUBLISH, topic);
    assertThat(verdict.allowed()).isEqualTo(allowed);
    assertThat(verdict.reason()).isEqualTo(allowed ? AccessReason.NO_MATCH : AccessReason.RULE);
  }

  /** Filters: allowed where all their topics are, or where a rule names them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret/# | secret/a   | false | false",
        "secret/# | secret/#   | false | false",
        "secret/# | secret/+/x | false | false",
        "secret/# | secret     | false | false",
        "secret/# | +/a        | false | false",
        "secret/# | #          | false | false",
        "secret/# | +          | false | false",
        "secret/# | public/#   | true  | false",
        "secret/# | +/#        | true  | true",
        "secret/# | $SYS/#     | true  | false",
        "$SYS/#   | #          | true  | false",
        "$SYS/#   | +/x        | true  | false"
      })
  void aFilterIsAllowedWhereAllItsTopicsAre(
      String denied, String filter, boolean allowed, boolean partial) throws Exception {
    AccessVerdict verdict =
        rules(
                true,
                "{\"permit\":\"deny\",\"topics\":[\"" + denied + "\"]}",
                "{\"permit\":\"allow\",\"topics\":[\"+/#\"]}",
                ALLOW)
            .decide(named("c", "joe"), AccessAction.SUBSCRIBE, filter);
    assertThat(verdict.allowed()).isEqualTo(allowed);
    assertThat(verdict.partial()).isEqualTo(partial);
  }

  @Test
  void whatIsOnlyPartlyAllowedIsNotWhereNothingElseIs() throws Exception {
    AccessRules rules = rules(false, "{\"permit\":\"allow\",\"topics\":[\"a/+\"]}");
    AccessClient joe = named("c", "joe");
    assertThat(rules.decide(joe, AccessAction.SUBSCRIBE, "a/b").allowed()).isTrue();
    assertThat(rules.decide(joe, AccessAction.SUBSCRIBE, "a/+").allowed()).isTrue();
    assertThat(rules.decide(joe, AccessAction.SUBSCRIBE, "a/#").allowed()).isFalse();
    assertThat(rules.decide(joe, AccessAction.SUBSCRIBE, "+/b").allowed()).isFalse();
    assertThat(rules.decide(joe, AccessAction.SUBSCRIBE, "#").reason())
        .isEqualTo(AccessReason.NO_MATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "+", "a/b", "/", "x/#", "a+b", "\0", "a\0b", "$SYS"})
  void nobodyCallsHimselfAWildcard(String name) throws Exception {
    AccessRules rules =
        rules(
            false,
            "{\"permit\":\"allow\",\"topics\":[\"${clientid}/#\", \"own/${username}/#\"]}",
            "{\"permit\":\"allow\",\"topics\":[\"x${clientid}/%u\"]}");
    AccessClient attacker = named(name, name.equals("$SYS") ? "+" : name);
    for (String topic : List.of("own/joe/x", "a/b/c", "own/#", "#", "x", "$SYS/a", "own/a/b/c")) {
      for (AccessAction action : AccessAction.values()) {
        assertThat(rules.decide(attacker, action, topic).allowed()).as(topic).isFalse();
      }
    }
  }

  @Test
  void whoHasNoNameOwnsNothing() throws Exception {
    AccessRules rules = rules(false, "{\"permit\":\"allow\",\"topics\":[\"own/${username}/#\"]}");
    AccessClient nobody = AccessClient.of("c", null, null);
    assertThat(rules.decide(nobody, AccessAction.PUBLISH, "own//x").allowed()).isFalse();
    assertThat(rules.decide(named("c", ""), AccessAction.PUBLISH, "own//x").allowed()).isFalse();
  }

  @Test
  void theFirstThatMatchesDecidesWhereverItIsFoundByName() throws Exception {
    AccessRules rules =
        rules(
            false,
            "{\"permit\":\"allow\",\"clientid\":\"c\",\"topics\":[\"1\"]}",
            "{\"permit\":\"deny\",\"username\":\"joe\",\"topics\":[\"1\",\"2\"]}",
            "{\"permit\":\"allow\",\"topics\":[\"2\",\"3\"]}",
            "{\"permit\":\"deny\",\"clientid\":\"c\"}");
    AccessClient joe = named("c", "joe");
    assertThat(line(rules, joe, "1")).isEqualTo(1);
    assertThat(line(rules, joe, "2")).isEqualTo(2);
    assertThat(line(rules, joe, "3")).isEqualTo(3);
    assertThat(line(rules, joe, "4")).isEqualTo(4);
    assertThat(rules.candidates(joe)).isEqualTo(4);
    assertThat(rules.candidates(named("d", "ann"))).isEqualTo(1);
  }

  @Test
  void aVerdictSaysWhy() throws Exception {
    AccessRules rules =
        rules(false, "{\"permit\":\"deny\",\"username\":\"joe\",\"topics\":[\"a/#\"]}");
    assertThat(rules.decide(named("c", "joe"), AccessAction.PUBLISH, "a/b").text())
        .isEqualTo("acl.conf:1: deny username joe pubsub a/#");
    assertThat(rules.decide(named("c", "joe"), AccessAction.PUBLISH, "b").text())
        .isEqualTo("no rule matches, and no_match = deny");
  }

  @Test
  void sharedFiltersAreJudgedWithoutTheirGroupAndOwnRulesComeFirst() throws Exception {
    AccessRules all = rules(true, "{\"permit\":\"deny\",\"topics\":[\"a/#\"]}");
    var policy = new AccessPolicy(all, Map.of("inner", rules(true)), AclConf.OPEN, null, false);
    AccessClient joe = named("c", "joe");
    assertThat(policy.decide(joe, AccessAction.SUBSCRIBE, "$share/g/a/b").allowed()).isFalse();
    assertThat(policy.decide(joe, AccessAction.SUBSCRIBE, "$share/g/b").allowed()).isTrue();
    var own =
        new AccessRules(List.of(AclRuleConf.own(true, true, true, List.of("a/b"), "JWT")), false);
    var ann = new AccessClient("c", "ann", null, "", false, own, "");
    assertThat(policy.decide(ann, AccessAction.PUBLISH, "a/b").text())
        .isEqualTo("JWT: allow everybody pubsub a/b");
    assertThat(policy.decide(ann, AccessAction.PUBLISH, "a/c").allowed()).isFalse();
    var root = new AccessClient("c", "root", null, "", true, null, "");
    assertThat(policy.decide(root, AccessAction.PUBLISH, "a/b")).isEqualTo(AccessVerdict.SUPERUSER);
    var inner = new AccessClient("c", "joe", null, "inner", false, null, "");
    assertThat(policy.decide(inner, AccessAction.PUBLISH, "a/b")).isEqualTo(AccessVerdict.OPEN);
    assertThat(policy.isOpen()).isFalse();
    assertThat(AccessPolicy.OPEN.isOpen()).isTrue();
  }

  private static int line(AccessRules rules, AccessClient client, String topic) {
    return rules.decide(client, AccessAction.PUBLISH, topic).rule().line();
  }

  private static AccessClient named(String client, String user) {
    return AccessClient.of(client, user.isEmpty() ? null : user, null);
  }

  private static AccessRules rules(boolean noMatchAllows, String... json) throws Exception {
    return new AccessRules(AclRules.of("acl.conf", json), noMatchAllows);
  }
}
