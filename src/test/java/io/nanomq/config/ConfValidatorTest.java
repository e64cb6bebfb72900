package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfValidatorTest {
  @Test
  void controlCharactersAreNoPartOfAValue() {
    String text = "http_server.username=\"a\\nb\"\nauth.1.login=\"\\u0000\"\nauth.1.password=x\n";
    assertThat(Confs.reports(text))
        .hasSize(2)
        .anySatisfy(
            report ->
                assertThat(report)
                    .contains("nanomq.conf:1:")
                    .contains("http_server.username = a?b holds a control character"))
        .anySatisfy(report -> assertThat(report).contains("auth.1.login = ? holds a control"));
    assertThat(Confs.reports("auth.password { \"a\\nb\" = x }\n"))
        .singleElement()
        .asString()
        .contains("control character");
  }

  @Test
  void aStatementMayHaveSeveralLines() throws Exception {
    String rule =
        "rules.sqlite { path = p, rules = [{ table = t, sql = \"\"\"SELECT *\n\tFROM 'a'\"\"\" }] }\n";
    assertThat(Confs.conf(rule).integrations()).isNotNull();
  }

  @Test
  void twoListenersOnOnePort() {
    assertThat(
            Confs.reports(
                "url=nmq-tcp://0.0.0.0:1\nwebsocket.enable=yes\n"
                    + "websocket.url=nmq-ws://127.0.0.1:1\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:3:15: websocket.url has the port of another listener, tcp");
    assertThat(Confs.reports("url=nmq-tcp://localhost:7,nmq-tcp://127.0.0.1:7\n")).hasSize(1);
    assertThat(Confs.reports("url=nmq-tcp://0.0.0.0:8081\n"))
        .singleElement()
        .asString()
        .contains("http_server");
  }

  @Test
  void ofSeveralLinesOfUrlTheWrongOneIsTold() {
    assertThat(
            Confs.reports(
                "url=nmq-tcp://127.0.0.1:1\nurl=nmq-tcp://127.0.0.1:70000\n"
                    + "url=nmq-tcp://127.0.0.1:2\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:2:5: url = nmq-tcp://127.0.0.1:70000 ");
  }

  @Test
  void oneOnEachAddressIsFine() throws Exception {
    NanomqConf conf = Confs.conf("url=nmq-tcp://127.0.0.1:1,nmq-tcp://127.0.0.2:1\n");
    assertThat(conf.listeners()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(Confs.conf("url=nmq-tcp://:0,nmq-tcp://:0\n").listeners()).isNotEmpty();
  }

  @Test
  void wssThatCameWithTlsIsToldWhereTlsIs() {
    assertThat(Confs.reports("url=nmq-tcp://:1\ntls.enable=true\n"))
        .hasSize(2)
        .allMatch(problem -> problem.contains("nanomq.conf:2:12: tls.enable is a TLS listener"));
  }

  @Test
  void tlsNeedsACertificateAndItsKey() {
    assertThat(Confs.reports("websocket.enable=false\ntls.enable=true\n"))
        .singleElement()
        .asString()
        .contains("nanomq.conf:2:12: tls.enable is a TLS listener without a certificate");
    assertThat(Confs.reports("websocket.enable=no\ntls.enable=true\ntls.certfile=/c\n"))
        .singleElement()
        .asString()
        .contains("without a key; right would be keyfile as well");
    assertThat(
            Confs.reports(
                "websocket.enable=no\ntls.enable=true\ntls.certfile=/c\ntls.keyfile=/k\n"
                    + "tls.verify_peer=true\n"))
        .singleElement()
        .asString()
        .contains("without knowing an authority");
  }

  /** Else whoever has no certificate would get in. */
  @Test
  void whoeverMustHaveACertificateIsAskedForIt() {
    String refuses = "fail_if_no_peer_cert = true refuses nobody without verify_peer";
    assertThat(
            Confs.reports(
                "tls.enable=true\ntls.certfile=/c\ntls.keyfile=/k\n"
                    + "tls.fail_if_no_peer_cert=true\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:4:26: tls." + refuses);
    assertThat(
            Confs.reports(
                "listeners.ssl.one {\n  bind = \"127.0.0.1:1\", certfile = c, keyfile = k\n"
                    + "  fail_if_no_peer_cert = true\n}\n"))
        .singleElement()
        .asString()
        .startsWith("nanomq.conf:3:3: listeners.ssl.one." + refuses);
    assertThat(
            Confs.reports(
                "http_server.tls { certfile = c, keyfile = k, fail_if_no_peer_cert = yes }\n"))
        .singleElement()
        .asString()
        .contains("http_server.tls.fail_if_no_peer_cert = yes refuses nobody without verify_peer");
  }

  @Test
  void usersThatNobodyNeedsAreAWarningOfTheirOwn() throws Exception {
    String open = "still everybody gets in without a password";
    for (String text :
        List.of(
            "auth.1.login=joe\nauth.1.password=x\n",
            "allow_anonymous=true\nauth.1.login=joe\nauth.1.password=x\n",
            "auth { password { joe = x } }\n")) {
      assertThat(Confs.load(text).warnings()).anyMatch(w -> w.reason().contains(open));
    }
    assertThat(
            Confs.load("allow_anonymous=false\nauth.1.login=joe\nauth.1.password=x\n").warnings())
        .noneMatch(w -> w.reason().contains(open));
  }

  @Test
  void furtherCertificatesAreWhole() {
    String text = "websocket.enable=no\ntls.enable=true\ntls.certfile=/c\ntls.keyfile=/k\n";
    assertThat(Confs.reports(text + "tls.sni.1.certfile=/c1\n"))
        .singleElement()
        .asString()
        .contains("has sni.1 without a key; right would be keyfile as well");
    assertThat(Confs.reports(text + "tls.sni.1.keyfile=/k1\n"))
        .singleElement()
        .asString()
        .contains("has sni.1 without a certificate; right would be certfile as well");
    StringBuilder many = new StringBuilder(text);
    for (int i = 1; i <= 1001; i++) {
      many.append("tls.sni." + i + ".certfile=/c\ntls.sni." + i + ".keyfile=/k\n");
    }
    assertThat(Confs.reports(many.toString()))
        .singleElement()
        .asString()
        .contains("has 1001 certificates; right would be at most 1000");
  }

  @Test
  void aListenerNeedsAnAddress() {
    assertThat(Confs.reports("listeners.tcp.x { enable = true }\n"))
        .singleElement()
        .asString()
        .isEqualTo("listeners.tcp.x: has no address; right would be bind as well");
  }

  @Test
  void usersAreComplete() {
    assertThat(Confs.reports("auth.1.login=joe\nauth.2.password=x\n")).hasSize(2);
  }

  /** The last password would count, so that a change of the first one would end nothing. */
  @Test
  void aUserIsThereOnce() {
    assertThat(
            Confs.reports(
                "auth.1.login=joe\nauth.1.password=x\nauth.2.login=joe\nauth.2.password=y\n"))
        .singleElement()
        .asString()
        .contains(":3:", "auth.2.login = joe is the user of auth.1 as well");
  }

  @Test
  void nobodyCanLogIn() throws Exception {
    assertThat(Confs.load("allow_anonymous=false\n").warnings())
        .anyMatch(warning -> warning.reason().contains("lets nobody in"));
  }

  @Test
  void sectionsThatSwitchOnNeedAnAddress() {
    assertThat(Confs.reports("web.hook.enable=true\n")).hasSize(1);
    assertThat(Confs.reports("auth.http.enable=true\n")).hasSize(1);
    assertThat(Confs.reports("bridge.mqtt.keepalive=5\n")).hasSize(1);
    assertThat(
            Confs.reports("bridge.mqtt.address=mqtt-tcp://h:1\nbridge.mqtt.subscription.1.qos=1\n"))
        .singleElement()
        .asString()
        .contains("subscription without topic");
    assertThat(Confs.reports("auth.acl.rules = [{username = joe}]\n"))
        .singleElement()
        .asString()
        .contains("rule without permit");
  }

  @Test
  void credentialsThatEverybodyKnowsAreAWarning() throws Exception {
    assertThat(Confs.load("").warnings()).anyMatch(w -> w.reason().contains("everybody knows"));
    assertThat(Confs.load("http_server.ip_addr=127.0.0.1").warnings())
        .noneMatch(w -> w.reason().contains("everybody knows"));
    assertThat(Confs.load("http_server.password=x9").warnings())
        .noneMatch(w -> w.reason().contains("everybody knows"));
  }

  @Test
  void noSecretIsInAReport() {
    for (ConfProblem problem : Confs.problems("auth.1.password=tops3cret\nurl=x://h:1\n")) {
      assertThat(problem.toString()).doesNotContain("tops3cret");
    }
  }
}
