package io.nanomq.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.AclClients.All;
import io.nanomq.config.model.AclClients.AnyOf;
import io.nanomq.config.model.AclClients.Field;
import io.nanomq.config.model.AclClients.Is;
import io.nanomq.config.setting.ConfException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclBinderTest {
  private static final Is JOE = new Is(Field.USERNAME, "joe");
  private static final Is SENSOR = new Is(Field.CLIENTID, "sensor");
  private static final Is HERE = new Is(Field.IPADDR, "127.0.0.1");

  @TempDir Path folder;

  @Test
  void aRuleThatNamesNobodyIsAboutEverybody() throws Exception {
    assertThat(rule("permit = deny"))
        .isEqualTo(new AclRuleConf(false, true, true, List.of(), AclClients.EVERYBODY, "", 0));
  }

  @Test
  void actionAndTopics() throws Exception {
    assertThat(rule("permit = allow, username = joe, action = publish, topics = [\"a/#\", b]"))
        .isEqualTo(new AclRuleConf(true, true, false, List.of("a/#", "b"), JOE, "", 0));
    assertThat(rule("permit = allow, username = joe, action = subscribe").publish()).isFalse();
  }

  @Test
  void whatStandsTogetherMustAllBeTrue() throws Exception {
    assertThat(rule("permit = allow, username = joe, ipaddr = \"127.0.0.1\"").clients())
        .isEqualTo(new All(List.of(JOE, HERE)));
    assertThat(rule("permit = allow, and = [{ username = joe }, { clientid = sensor }]").clients())
        .isEqualTo(new All(List.of(JOE, SENSOR)));
  }

  @Test
  void ofAnOrOneIsEnough() throws Exception {
    assertThat(rule("permit = allow, or = [{ username = joe }, { clientid = sensor }]").clients())
        .isEqualTo(new AnyOf(List.of(JOE, SENSOR)));
  }

  @Test
  void aFieldBesideAnOrIsNotLost() throws Exception {
    assertThat(
            rule("permit = allow, ipaddr = \"127.0.0.1\", or = [{username ="
                    + " joe},{clientid=sensor}]")
                .clients())
        .isEqualTo(new All(List.of(HERE, new AnyOf(List.of(JOE, SENSOR)))));
  }

  @Test
  void groupsInGroups() throws Exception {
    assertThat(
            rule("permit = deny, and = [{ ipaddr = \"127.0.0.1\" },"
                    + " { or = [{ username = joe }, { clientid = sensor }] }]")
                .clients())
        .isEqualTo(new All(List.of(HERE, new AnyOf(List.of(JOE, SENSOR)))));
    assertThat(
            rule("permit = deny, or = [{ ipaddr = \"127.0.0.1\" },"
                    + " { and = [{ username = joe }, { clientid = sensor }] }]")
                .clients())
        .isEqualTo(new AnyOf(List.of(HERE, new All(List.of(JOE, SENSOR)))));
  }

  @Test
  void deeperIsRefused() {
    assertThat(
            Confs.reports(
                "auth.acl.rules = [{ permit = deny,"
                    + " and = [{ or = [{ and = [{ username = joe }] }] }] }]\n"))
        .isNotEmpty();
  }

  @Test
  void keyValueHasRulesInJson() throws Exception {
    String text =
        "acl.rule.10={\"permit\": \"deny\"}\n"
            + "acl.rule.2={\"permit\": \"allow\", \"username\": \"joe\", "
            + "\"action\": \"publish\", \"topics\": [\"a/#\", \"b\"]}\n";
    assertThat(Confs.unchecked(text, Map.of()).conf().auth().acl().rules())
        .extracting(AclRuleConf::line)
        .containsExactly(2, 1);
    assertThat(Confs.unchecked(text, Map.of()).conf().auth().acl().rules())
        .map(rule -> rule.at("", 0))
        .containsExactly(
            new AclRuleConf(true, true, false, List.of("a/#", "b"), JOE, "", 0),
            new AclRuleConf(false, true, true, List.of(), AclClients.EVERYBODY, "", 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | is no JSON; right would be {\"permit\": \"allow\" or \"deny\", ...}",
        "[] | is no JSON object",
        "{\"permit\":\"allow\"} x | is no JSON",
        "{\"permit\":\"maybe\"} | auth.acl.rules.1.permit is not a known word",
        "{\"username\":\"joe\"} | is a rule without permit",
        "{} | is a rule without permit",
        "{\"permit\":\"allow\",\"user\":\"joe\"} | auth.acl.rules.1.user is not a known key",
        "{include \"/etc/passwd\"} | is no JSON",
        "{\"permit\":\"allow\",\"topics\":{}} | auth.acl.rules.1.topics is a section",
        "{\"permit\":\"allow\",\"topics\":[]} | auth.acl.rules.1.topics is empty",
        "{\"permit\":\"allow\",\"username\":null} | auth.acl.rules.1.username is null",
        "{\"permit\":\"allow\",\"clientid\":\"\"} | auth.acl.rules.1.clientid is empty",
        "{\"permit\":\"allow\",\"or\":[]} | auth.acl.rules.1.or is empty",
        "{\"permit\":\"allow\",\"and\":[{}]} | auth.acl.rules.1.and.1 is empty"
      })
  void whatIsNoRuleIsToldInItsLine(String json, String reason) {
    assertThat(Confs.reports("url=nmq-tcp://127.0.0.1:1883\nacl.rule.1=" + json + "\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:2:12: acl.rule.1 = ")
        .contains(reason);
  }

  @Test
  void rulesOfAnIncludedFileSayWhereTheyStand() throws Exception {
    Confs.write(
        folder,
        "acl.conf",
        "rules = [\n  {\"permit\": \"allow\", \"and\": [{\"username\": \"joe\"},"
            + " {\"or\": [{\"clientid\": \"sensor\"}, {\"ipaddr\": \"127.0.0.1\"}]}]}\n"
            + "  {\"permit\": \"deny\"}\n]\n");
    Path main = Confs.write(folder, "nanomq.conf", "auth { acl = { include \"acl.conf\" } }\n");
    List<AclRuleConf> rules =
        Confs.load(new String[] {"--conf", main.toString()}, Map.of(), folder, Map.of(), null)
            .conf()
            .auth()
            .acl()
            .rules();
    assertThat(rules).extracting(AclRuleConf::line).containsExactly(2, 3);
    assertThat(rules)
        .extracting(AclRuleConf::source)
        .containsOnly(folder.resolve("acl.conf").toString());
  }

  @Test
  void whatIsSwitchedOffDoesNotCount() throws Exception {
    String old = "acl.rule.1={\"permit\":\"deny\"}\nacl_nomatch=deny\nacl_deny_action=disconnect\n";
    assertThat(acl("acl_enable=false\n" + old)).isEqualTo(acl("daemon=false\n"));
    assertThat(acl(old).rules()).hasSize(1);
    assertThat(acl(old).noMatchAllows()).isFalse();
    assertThat(acl(old).disconnectOnDeny()).isTrue();
    assertThat(acl("auth.acl { enable = false, rules = [{permit = deny}] }\n"))
        .isEqualTo(acl("daemon=false\n"))
        .isEqualTo(AclConf.OPEN);
    assertThat(acl("enable_acl_cache=off\n").topicsKept()).isZero();
    assertThat(acl("auth { no_match = deny, cache.max_size = 7 }\n").topicsKept()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"tcp, tcp", "tls, ssl", "websocket, ws"})
  void aListenerMayHaveASetOfRules(String keyValue, String section) throws Exception {
    String old =
        "acl.rule.1={\"permit\":\"deny\"}\nacl_set.in.rule.2={\"permit\":\"allow\"}\n"
            + "acl_set.in.rule.1={\"permit\":\"deny\"}\n";
    AclConf acl = Confs.unchecked(old + keyValue + ".auth.acl=in\n", Map.of()).conf().auth().acl();
    assertThat(acl.rules()).hasSize(1);
    assertThat(acl.listeners()).containsOnlyKeys(section);
    assertThat(acl.listeners().get(section).rules())
        .extracting(AclRuleConf::allow)
        .containsExactly(false, true);
    assertThat(acl.listeners().get(section).noMatchAllows()).isTrue();
    String sets =
        "auth { no_match = deny, acl_sets { in.rules = [{permit = deny}], out.no_match = allow }"
            + " }\n"
            + "listeners."
            + section
            + " { auth.acl = in, x { bind = \"127.0.0.1:1\" }, "
            + "y { bind = \"127.0.0.1:2\", auth.acl = out } }\n";
    AclConf named = Confs.unchecked(sets, Map.of()).conf().auth().acl();
    assertThat(named.listeners())
        .containsOnlyKeys(section, section + ".x", section + ".y")
        .containsEntry(section + ".y", new AclConf.OfListener(List.of(), true));
    assertThat(named.listeners().get(section))
        .isEqualTo(named.listeners().get(section + ".x"))
        .satisfies(in -> assertThat(in.rules()).hasSize(1))
        .satisfies(in -> assertThat(in.noMatchAllows()).isFalse());
  }

  @Test
  void aSetThatIsNotThereIsAnError() {
    assertThat(Confs.reports("tcp.auth.acl=in\n"))
        .singleElement()
        .asString()
        .contains("nanomq.conf:1:")
        .contains("names a set of access rules that is not there");
    assertThat(Confs.reports("auth.acl_sets.in.rules = [{username = joe}]\n"))
        .singleElement()
        .asString()
        .contains("rule without permit");
  }

  @Test
  void permissionsThatDenyNothingAreAWarning() throws Exception {
    String rules = "auth.acl.rules = [{permit = allow, username = a}]\n";
    assertThat(warnings(rules)).anyMatch(w -> w.contains("allow what is allowed anyway"));
    for (String fine :
        List.of(
            rules + "auth.no_match = allow\n",
            rules + "auth.no_match = deny\n",
            "auth.acl.rules = [{permit = allow, username = a}, {permit = deny}]\n",
            "auth.acl.rules = [{permit = allow, username = a}, {permit = allow}]\n")) {
      assertThat(warnings(fine)).noneMatch(w -> w.contains("allow what is allowed anyway"));
    }
  }

  private static List<String> warnings(String text) throws ConfException {
    return Confs.load(text).warnings().stream().map(Object::toString).toList();
  }

  private static AclConf acl(String text) throws ConfException {
    return Confs.load(text).conf().auth().acl();
  }

  /** They are no environment variables, whichever of these there is. */
  @Test
  void placeholdersStayAsTheyAre() throws Exception {
    String topics = "\"own/${clientid}/${username}/${SITE}\", \"%c/%u\"";
    Map<String, String> environment = Map.of("SITE", "berlin", "clientid", "a+b");
    for (String text :
        List.of(
            "auth.acl.rules = [{ permit = deny, topics = [" + topics + "] }]\n",
            "acl.rule.1={\"permit\": \"deny\", \"topics\": [" + topics + "]}\n")) {
      assertThat(Confs.unchecked(text, environment).conf().auth().acl().rules())
          .singleElement()
          .satisfies(
              rule ->
                  assertThat(rule.topics())
                      .containsExactly("own/${clientid}/${username}/berlin", "%c/%u"));
    }
    assertThat(Confs.reports("auth.acl.rules = [{ permit = deny, username = \"${username}\" }]\n"))
        .singleElement()
        .asString()
        .contains("names an environment variable that is not set");
  }

  @ParameterizedTest
  @CsvSource({
    "topics = [\"a/#/b\"], holds what is no topic filter",
    "topics = [\"a+\"], holds what is no topic filter",
    "topics = [\"\"], holds what is no topic filter",
    "ipaddr = \"10.0.0.0/33\", is no address",
    "ipaddr = localhost, is no address",
  })
  void whatCanMatchNothingIsAnError(String member, String reason) {
    assertThat(Confs.reports("auth.acl.rules = [{ permit = deny, " + member + " }]\n"))
        .singleElement()
        .asString()
        .contains(reason);
  }

  private static AclRuleConf rule(String members) throws ConfException {
    List<AclRuleConf> rules =
        Confs.unchecked("auth.acl.rules = [{ " + members + " }]\n", Map.of())
            .conf()
            .auth()
            .acl()
            .rules();
    assertThat(rules).hasSize(1);
    assertThat(rules.get(0).source()).endsWith("nanomq.conf");
    assertThat(rules.get(0).line()).isEqualTo(1);
    return rules.get(0).at("", 0);
  }
}
