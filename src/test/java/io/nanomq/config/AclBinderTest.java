package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.AclClients.All;
import io.nanomq.config.AclClients.AnyOf;
import io.nanomq.config.AclClients.Field;
import io.nanomq.config.AclClients.Is;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AclBinderTest {
  private static final Is JOE = new Is(Field.USERNAME, "joe");
  private static final Is SENSOR = new Is(Field.CLIENTID, "sensor");
  private static final Is HERE = new Is(Field.IPADDR, "127.0.0.1");

  @TempDir Path folder;

  @Test
  void aRuleThatNamesNobodyIsAboutEverybody() throws Exception {
    assertThat(rule("permit = deny"))
        .isEqualTo(new AclRuleConf(false, true, true, List.of(), AclClients.EVERYBODY));
  }

  @Test
  void actionAndTopics() throws Exception {
    assertThat(rule("permit = allow, username = joe, action = publish, topics = [\"a/#\", b]"))
        .isEqualTo(new AclRuleConf(true, true, false, List.of("a/#", "b"), JOE));
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
            rule("permit = allow, ipaddr = \"127.0.0.1\", or = [{username = joe},{clientid=sensor}]")
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
  void rulesOfAnIncludedFileAreReportedAsNotInEffect() throws Exception {
    Confs.write(
        folder,
        "acl.conf",
        "rules = [\n  {\"permit\": \"allow\", \"and\": [{\"username\": \"joe\"},"
            + " {\"or\": [{\"clientid\": \"sensor\"}, {\"ipaddr\": \"127.0.0.1\"}]}]}\n"
            + "  {\"permit\": \"deny\"}\n]\n");
    Path main = Confs.write(folder, "nanomq.conf", "auth { acl = { include \"acl.conf\" } }\n");
    LoadedConf loaded =
        ConfLoader.load(
            new String[] {"--conf", main.toString()},
            java.util.Map.of(),
            folder,
            java.util.Map.of(),
            null);

    assertThat(loaded.conf().auth().rules())
        .extracting(AclRuleConf::clients)
        .containsExactly(
            new All(List.of(JOE, new AnyOf(List.of(SENSOR, HERE)))), AclClients.EVERYBODY);
    assertThat(loaded.warnings())
        .extracting(ConfProblem::reason)
        .anyMatch(r -> r.startsWith("is accepted but not in effect") && r.contains("auth.acl"));
  }

  private static AclRuleConf rule(String members) throws ConfException {
    List<AclRuleConf> rules =
        Confs.load("auth.acl.rules = [{ " + members + " }]\n").conf().auth().rules();
    assertThat(rules).hasSize(1);
    return rules.get(0);
  }
}
