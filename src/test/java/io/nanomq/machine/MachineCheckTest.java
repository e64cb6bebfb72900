package io.nanomq.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Certified;
import io.nanomq.api.auth.TestTokens;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TestKeys;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineCheckTest {
  private static final String TLS =
      "websocket.enable=false\nurl=nmq-tls://127.0.0.1:0\ntls.certfile=cert.pem\n"
          + "tls.keyfile=key.pem\n";

  @TempDir Path folder;
  private TestKeys keys;

  @BeforeEach
  void files() throws Exception {
    keys = TestKeys.make("EC", 30);
    Confs.write(folder, "cert.pem", keys.certificatePem());
    Confs.write(folder, "key.pem", keys.pkcs8());
  }

  @Test
  void whatFitsIsFine() throws Exception {
    assertThat(problems(TLS)).isEmpty();
  }

  @Test
  void aKeyOfAnotherCertificate() throws Exception {
    Confs.write(folder, "key.pem", TestKeys.make("EC", 30).pkcs8());
    assertThat(problems(TLS))
        .singleElement()
        .asString()
        .contains(":4:13: tls.keyfile = key.pem does not belong to the certificate cert.pem");
  }

  @Test
  void filesThatAreNotThere() throws Exception {
    assertThat(problems(TLS + "tls.certfile=nope.pem\n"))
        .singleElement()
        .asString()
        .contains("nope.pem cannot be read (no such file)");
    assertThat(problems(TLS + "tls.keyfile=nope.pem\n")).hasSize(1);
    assertThat(problems(TLS + "tls.cacertfile=nope.pem\ntls.verify_peer=true\n"))
        .singleElement()
        .matches(ConfProblem::isError);
    assertThat(problems(TLS + "tls.cacertfile=nope.pem\n"))
        .singleElement()
        .matches(problem -> !problem.isError());
  }

  @Test
  void everythingThatIsMissingIsSaidAtOnce() throws Exception {
    assertThat(problems(TLS.replace("cert.pem", "no.pem").replace("key.pem", "no.key")))
        .extracting(ConfProblem::toString)
        .satisfiesExactly(
            first -> assertThat(first).contains(":3:14: tls.certfile = no.pem cannot be read"),
            second -> assertThat(second).contains(":4:13: tls.keyfile = no.key cannot be read"));
  }

  @Test
  void anExpiredCertificateIsAWarning() throws Exception {
    TestKeys old = TestKeys.make("EC", -5);
    Confs.write(folder, "cert.pem", old.certificatePem());
    Confs.write(folder, "key.pem", old.pkcs8());
    assertThat(problems(TLS))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains("has expired on");
  }

  @Test
  void furtherCertificatesAreCheckedLikeTheFirst() throws Exception {
    String sni = TLS + "tls.sni.1.certfile=more.pem\ntls.sni.1.keyfile=more.key\n";
    assertThat(problems(sni))
        .first()
        .asString()
        .contains(":5:20: tls.sni.1.certfile = more.pem cannot be read (no such file)");
    write(TestKeys.make("EC", 30, "dns:a.example,dns:*.b.example"));
    assertThat(problems(sni)).isEmpty();
    write(TestKeys.make("EC", -5, "dns:a.example"));
    assertThat(problems(sni))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains("sni.1.certfile = more.pem has expired on");
    Confs.write(folder, "more.key", keys.pkcs8());
    assertThat(problems(sni))
        .filteredOn(ConfProblem::isError)
        .singleElement()
        .asString()
        .contains("sni.1.keyfile = more.key does not belong to the certificate more.pem");
  }

  @Test
  void furtherCertificatesHaveNamesOfTheirOwn() throws Exception {
    String sni = TLS + "tls.sni.1.certfile=more.pem\ntls.sni.1.keyfile=more.key\n";
    write(TestKeys.make("EC", 30, "ip:127.0.0.1"));
    assertThat(problems(sni))
        .singleElement()
        .matches(ConfProblem::isError)
        .asString()
        .contains("more.pem has no DNS name, so that nobody could ask for it");
    write(TestKeys.make("EC", 30, "dns:A.example"));
    assertThat(problems(sni + "tls.sni.2.certfile=more.pem\ntls.sni.2.keyfile=more.key\n"))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains("sni.2.certfile = more.pem names a.example, as one before it does");
  }

  private void write(TestKeys more) throws Exception {
    Confs.write(folder, "more.pem", more.certificatePem());
    Confs.write(folder, "more.key", more.pkcs8());
  }

  @Test
  void filesForOtherServersAreLookedAtToo() throws Exception {
    Confs.write(folder, "empty.pem", "");
    String hook = "web.hook.enable=true\nweb.hook.url=https://h/\n";
    assertThat(problems(hook + "web.hook.ssl.cacertfile=empty.pem\n"))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains(":3:25: web.hook.ssl.cacertfile = empty.pem cannot be used");
    String bridge =
        "bridge.mqtt.b.address=tls+mqtt-tcp://h:1\nbridge.mqtt.b.bridge_mode=true\n"
            + "bridge.mqtt.b.forwards=a\n";
    assertThat(problems(bridge + "bridge.mqtt.b.tls.cacertfile=nope.pem\n"))
        .singleElement()
        .matches(problem -> !problem.isError())
        .asString()
        .contains("bridge.mqtt.b.tls.cacertfile = nope.pem cannot be read (no such file)");
    String tokens = "auth.jwt.jwks_url=https://h/\nallow_anonymous=false\n";
    assertThat(problems(tokens + "auth.jwt.cacertfile=nope.pem\n"))
        .singleElement()
        .matches(ConfProblem::isError);
    assertThat(Confs.load(tokens).warnings().toString()).doesNotContain("lets nobody in");
  }

  @Test
  void anAddressOfAnotherMachine() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://192.0.2.1:1883\n"))
        .singleElement()
        .asString()
        .contains("192.0.2.1 is not an address of this machine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "localhost", "[::]"})
  void addressesOfThisMachine(String host) throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://" + host + ":1883\n")).isEmpty();
  }

  /** Where the machine has IPv6 at all; a container often has not. */
  @Test
  void theLoopbackAddressOfIpv6() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://[::1]:1883\n").isEmpty())
        .isEqualTo(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null);
  }

  @Test
  void anAddressWhosePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "127.0.0.1:" + taken.getLocalPort();
      assertThat(problems("websocket.enable=false\nurl=nmq-tcp://" + url + "\n")).isEmpty();
    }
  }

  @Test
  void thePortOfHealthAndMetrics() throws Exception {
    LoadedConf loaded =
        Confs.load("websocket.enable=false\nurl=nmq-tcp://127.0.0.1:9000\nhttp_server.port=9001\n");
    assertThat(problems(loaded, 9000))
        .singleElement()
        .asString()
        .contains(":2:5: url = 9000 is the port of health and metrics");
    assertThat(problems(loaded, 9001))
        .singleElement()
        .asString()
        .contains(":3:18: http_server.port = 9001 is the port of health and metrics");
    assertThat(problems(loaded, 0)).isEmpty();
  }

  @Test
  void whatAReferenceNamesIsNotTold() throws Exception {
    Confs.write(folder, "token", "no.such.invalid\n");
    String url =
        "websocket.enable=false\nurl=nmq-tcp://${file:" + folder.resolve("token") + "}:1\n";
    assertThat(problems(url))
        .singleElement()
        .asString()
        .contains("cannot be resolved")
        .doesNotContain("no.such");
  }

  @Test
  void aNameWithAReferenceInItIsNotAskedFor() throws Exception {
    Map<String, String> environment = Map.of("SECRET", "localhost", "HOST", "127.0.0.1");
    String web = "websocket.enable=false\nhttp_server.enable=true\nhttp_server.port=0\n";
    for (String host : List.of("${SECRET}.", "a.${SECRET}", "${SECRET}${SECRET}")) {
      assertThat(problems(web + "url=nmq-tcp://" + host + ":0\n", environment))
          .extracting(ConfProblem::toString)
          .anyMatch(p -> p.contains("url = nmq-tcp://" + host + ":0 is a name of which a part"));
      assertThat(problems(web + "http_server.ip_addr=" + host + "\n", environment))
          .extracting(ConfProblem::toString)
          .anyMatch(p -> p.contains("http_server.ip_addr = " + host + " is a name of which a"));
    }
    String hocon =
        "listeners.ws.enable = false\nlog.dir = ${SECRET}\".\"\n"
            + "http_server { enable = true, port = 0, ip_addr = ${log.dir} }\n";
    assertThat(problems(hocon, environment))
        .extracting(ConfProblem::toString)
        .anyMatch(p -> p.contains("http_server.ip_addr = ${SECRET}. is a name of which a part"));
    for (String host : List.of("${HOST}", "${SECRET}", "127.0.0.${ONE}")) {
      String text = web + "url=nmq-tcp://" + host + ":0\nhttp_server.ip_addr=127.0.0.1\n";
      Map<String, String> more = Map.of("SECRET", "localhost", "HOST", "127.0.0.1", "ONE", "1");
      assertThat(problems(text, more)).isEmpty();
    }
  }

  @Test
  void aNameThatNobodyKnows() throws Exception {
    assertThat(problems("websocket.enable=false\nurl=nmq-tcp://no.such.invalid:1883\n"))
        .singleElement()
        .asString()
        .contains("no.such.invalid cannot be resolved");
  }

  @Test
  void oneKeyForClientsAndTheApiIsAWarning() throws Exception {
    var pair = Certified.keys("RSA");
    Confs.write(folder, "api.pub", TestTokens.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    String jwk = JsonWebKey.Factory.newJwk(pair.getPublic()).toJson();
    Confs.write(folder, "clients.jwks", "{\"keys\":[" + jwk + "]}");
    String api = "http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=api.pub\n";
    for (String file : List.of("api.pub", "clients.jwks")) {
      String clients = "allow_anonymous=false\nauth.jwt.keyfile=" + file + "\n";
      assertThat(problems(api + clients))
          .singleElement()
          .matches(problem -> !problem.isError())
          .asString()
          .contains(":4:18: auth.jwt.keyfile = " + file + " is the API's key as well");
      assertThat(problems(api + clients + "auth.jwt.issuer=api.pub\n")).hasSize(1);
      assertThat(problems(api + clients + "auth.jwt.issuer=devices\n")).isEmpty();
      assertThat(problems(clients)).isEmpty();
    }
    var other = TestTokens.pem("PUBLIC KEY", Certified.keys("RSA").getPublic().getEncoded());
    Confs.write(folder, "other.pub", other);
    assertThat(problems(api + "allow_anonymous=false\nauth.jwt.keyfile=other.pub\n")).isEmpty();
  }

  @Test
  void aKeyForTokens() throws Exception {
    assertThat(
            problems(
                "http_server.auth_type=jwt\nhttp_server.jwt.public.keyfile=nope.pub\n"
                    + "http_server.jwt.private.keyfile=key.pem\n"))
        .singleElement()
        .asString()
        .contains("http_server.jwt.public.keyfile = nope.pub cannot be read");
  }

  private List<ConfProblem> problems(String text) throws ConfException {
    return MachineCheck.problems(Confs.load(text), folder, Clock.systemUTC(), PemSource.DISK, 0);
  }

  private List<ConfProblem> problems(String text, Map<String, String> environment)
      throws ConfException {
    return MachineCheck.problems(
        Confs.load(text, environment), folder, Clock.systemUTC(), PemSource.DISK, 0);
  }

  private List<ConfProblem> problems(LoadedConf loaded, int managementPort) {
    return MachineCheck.problems(loaded, folder, Clock.systemUTC(), PemSource.DISK, managementPort);
  }
}
