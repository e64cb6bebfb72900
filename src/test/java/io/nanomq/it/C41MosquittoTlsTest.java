package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.publish;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import io.nanomq.bridge.BridgeStatus;
import io.nanomq.it.BridgePeers.Subscriber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A bridge to a real Mosquitto over each version of TLS, with certificates of both sides, and what
 * it says where one of them is none that counts.
 */
@Timeout(60)
class C41MosquittoTlsTest {
  private static final int COUNT = 500;

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static TestCertificates others;

  private final TestBroker local = TestBroker.start();
  private Mosquitto mosquitto;
  private int plain;
  private int tls;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new TestCertificates(folder);
    others = new TestCertificates(Files.createDirectory(folder.resolve("others")), "others");
    certificates.issue("server", -1, 30);
    certificates.issueFor("elsewhere", "EC", "elsewhere.example");
    certificates.issue("client", -1, 30);
    certificates.issue("expired", -30, 10);
    others.issue("server", -1, 30);
    others.issue("client", -1, 30);
  }

  @AfterEach
  void stop() {
    local.close();
    if (mosquitto != null) {
      mosquitto.close();
    }
  }

  /** One that proves to be {@code alias}, asks for certificates and speaks one version only. */
  private void start(String version, TestCertificates of, String alias) throws Exception {
    plain = FreePort.find();
    tls = FreePort.find();
    Path versions = folder.resolve("openssl.cnf");
    Files.writeString(
        versions,
        "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = only\n[only]\n"
            + "MinProtocol = %1$s\nMaxProtocol = %1$s\n".formatted(version));
    String conf =
        """
        user root
        listener %d 127.0.0.1
        allow_anonymous true
        listener %d 127.0.0.1
        cafile %s
        certfile %s
        keyfile %s
        require_certificate true
        """
            .formatted(plain, tls, certificates.authority(), of.certificate(alias), of.key(alias));
    mosquitto = new Mosquitto(folder, plain, conf, Map.of("OPENSSL_CONF", versions.toString()));
  }

  private void open(String ssl) {
    local.apply(
        before ->
            BridgePeers.with(
                before,
                "bridges.mqtt.b {\n server = \"mqtts://localhost:"
                    + tls
                    + "\"\n clientid = b, backoff_min = 1ms, backoff_max = 20ms\n"
                    + " forwards = [{ local_topic = \"out/#\", remote_topic = \"from/#\" }]\n"
                    + " subscription = [{ remote_topic = \"in/#\", qos = 2 }]\n ssl { cacertfile = \""
                    + certificates.authority()
                    + "\"\n"
                    + ssl
                    + " }\n}\n"));
  }

  private static String identity(TestCertificates of, String alias) {
    String files = " keyfile = \"%s\", certfile = \"%s\"";
    return files.formatted(of.key(alias), of.certificate(alias));
  }

  private String spoken() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        certificates.identity("client").getKeyManagers(),
        certificates.trust().getTrustManagers(),
        null);
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", tls)) {
      socket.startHandshake();
      return socket.getSession().getProtocol();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void messagesPassBothWays(String version) throws Exception {
    start(version, certificates, "server");
    assertThat(spoken()).isEqualTo(version);
    open(identity(certificates, "client"));
    awaitConnected(local, "b");
    List<Integer> all = IntStream.range(0, COUNT).boxed().toList();
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = new RawClient(TestBroker.HOST, plain, 4).connected("there", true);
        Subscriber remote =
            new Subscriber(
                new RawClient(TestBroker.HOST, plain, 4).connected("s", true), "from/#");
        Subscriber subscriber = new Subscriber(local.raw(4).connected("s", true), "in/#")) {
      publish(here, "out/a", 1, 0, COUNT, done -> {});
      publish(there, "in/a", 1, 0, COUNT, done -> {});
      remote.awaitNumber(COUNT - 1);
      subscriber.awaitNumber(COUNT - 1);
      assertThat(remote.distinct()).isEqualTo(all);
      assertThat(subscriber.distinct()).isEqualTo(all);
    }
    assertThat(status(local, "b").counts().reconnects()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, no, handshake_failure", "TLSv1.3, no, certificate",
    "TLSv1.2, expired, expired", "TLSv1.3, expired, expired",
    "TLSv1.2, foreign, unknown_ca", "TLSv1.3, foreign, unknown_ca"
  })
  void whatTheRemoteDoesNotTakeIsTold(String version, String which, String why) throws Exception {
    start(version, certificates, "server");
    open(
        switch (which) {
          case "no" -> "";
          case "expired" -> identity(certificates, "expired");
          default -> identity(others, "client");
        });
    assertRefused(why);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, elsewhere, localhost", "TLSv1.3, elsewhere, localhost",
    "TLSv1.2, expired, expired", "TLSv1.3, foreign, PKIX path"
  })
  void whoeverIsNotTheRemoteIsTold(String version, String alias, String why) throws Exception {
    boolean isForeign = alias.equals("foreign");
    start(version, isForeign ? others : certificates, isForeign ? "server" : alias);
    open(identity(certificates, "client"));
    assertRefused(why);
  }

  private void assertRefused(String why) {
    TestBroker.soon()
        .untilAsserted(
            () -> assertThat(status(local, "b").lastError()).isNotNull().containsIgnoringCase(why));
    assertThat(status(local, "b").state()).isNotEqualTo(BridgeStatus.State.CONNECTED);
    assertThat(status(local, "b").counts().reconnects()).isZero();
  }
}
