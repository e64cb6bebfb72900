package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.model.AclRuleConf;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRulesTest {
  private static final AclRuleConf NOTHING_ELSE =
      AclRuleConf.own(false, true, true, List.of(), "JWT");

  private static List<AclRuleConf> rules(String json) throws Exception {
    return TokenRules.of(JsonUtil.parseJson("{\"acl\":" + json + "}").get("acl"));
  }

  @Test
  void listsAreAllThatTheClientMayDo() throws Exception {
    assertThat(rules("{\"pub\":[\"a/#\",\"b\"],\"sub\":\"c\",\"all\":[\"d\"]}"))
        .containsExactlyInAnyOrder(
            AclRuleConf.own(true, true, false, List.of("a/#", "b"), "JWT"),
            AclRuleConf.own(true, false, true, List.of("c"), "JWT"),
            AclRuleConf.own(true, true, true, List.of("d"), "JWT"),
            NOTHING_ELSE)
        .endsWith(NOTHING_ELSE);
    assertThat(rules("{}")).containsExactly(NOTHING_ELSE);
    assertThat(rules("{\"pub\":[]}"))
        .as("no topic is not every topic")
        .containsExactly(NOTHING_ELSE);
  }

  @Test
  void rulesThatDenyLeaveTheRestToTheBroker() throws Exception {
    assertThat(
            rules(
                "[{\"permit\":\"deny\",\"action\":\"publish\",\"topics\":[\"a\"]},"
                    + "{\"permission\":\"allow\",\"action\":\"pubsub\",\"topic\":\"b\"}]"))
        .containsExactly(
            AclRuleConf.own(false, true, false, List.of("a"), "JWT"),
            AclRuleConf.own(true, true, true, List.of("b"), "JWT"));
  }

  @Test
  void whereATokenSaysNothingThereAreNone() {
    assertThat(TokenRules.of(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a/#\"",
        "{\"publish\":[\"a\"]}",
        "{\"pub\":[1]}",
        "{\"pub\":null}",
        "[\"a\"]",
        "[{\"topic\":\"a\"}]",
        "[{\"permit\":\"maybe\",\"topic\":\"a\"}]",
        "[{\"permit\":\"allow\"}]",
        "[{\"permit\":\"allow\",\"action\":\"fly\",\"topic\":\"a\"}]",
        "{\"pub\":[\"a/#/b\"]}",
        "{\"pub\":[\"a+\"]}",
        "{\"pub\":[\"\"]}",
        "[{\"permit\":\"allow\",\"topic\":\"a\",\"qos\":0}]",
        "[{\"permit\":\"allow\",\"topic\":\"a\",\"topicx\":\"b\"}]"
      })
  void whatIsNoRuleLetsNobodyIn(String json) {
    assertThatThrownBy(() -> rules(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thereMayBeSoManyAndNoMore() {
    Map<String, Object> one = Map.of("permit", "deny", "topic", "a");
    assertThat(TokenRules.of(Collections.nCopies(TokenRules.MAX_RULES, one)))
        .hasSize(TokenRules.MAX_RULES);
    assertThatThrownBy(() -> TokenRules.of(Collections.nCopies(TokenRules.MAX_RULES + 1, one)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
