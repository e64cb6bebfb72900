package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/nanomq stop}, {@code restart} and {@code reload} beside a packaged broker. */
class ControlCommandIT {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0");

  @TempDir Path folder;
  @TempDir Path other;

  private Path document(String more) throws Exception {
    Path document = folder.resolve("nanomq.conf");
    Files.writeString(
        document,
        "url=nmq-tcp://127.0.0.1:0\nwebsocket.enable=false\nhttp_server.ip_addr=127.0.0.1\n"
            + "http_server.password=not public\n"
            + more);
    return document;
  }

  @Test
  void restartsAndStops() throws Exception {
    String port = "http_server.port=" + PackagedBroker.freePort() + "\n";
    String conf = document(port + "msq_len=10\n").toString();
    try (var broker = new PackagedBroker(folder, ENVIRONMENT, "--conf", conf)) {
      broker.awaitLog("MQTT on [");

      document(port + "msq_len=11\n");
      assertSays(0, "the stored configuration is in force", "restart", "--conf", conf);
      broker.awaitLog("ConfigApplied");

      document(port + "msq_len=eleven\n");
      assertSays(1, "nanomq reload: the configuration is broken", "reload", "--conf", conf);

      document(port + "msq_len=11\n");
      assertSays(0, "stopped", "broker", "stop", "--conf", conf);
      assertThat(broker.awaitEnd()).isZero();
    }
    assertSays(1, "no broker answers on http://127.0.0.1:", "stop", "--conf", conf);
  }

  @Test
  void restartsOverTlsWithATokenOfItsOwn() throws Exception {
    var certificates = new TestCertificates(other);
    certificates.issue("api", -1, 30);
    certificates.issueFor("tokens", "RSA", "localhost");
    String conf =
        document(
                String.join(
                    "\n",
                    "http_server.port=" + PackagedBroker.freePort(),
                    "http_server.tls.certfile=" + certificates.certificate("api"),
                    "http_server.tls.keyfile=" + certificates.key("api"),
                    "http_server.auth_type=jwt",
                    "http_server.jwt.public.keyfile=" + certificates.certificate("tokens"),
                    "http_server.jwt.private.keyfile=" + certificates.key("tokens"),
                    ""))
            .toString();
    try (var broker = new PackagedBroker(folder, ENVIRONMENT, "--conf", conf)) {
      broker.awaitLog("MQTT on [");
      assertSays(0, "the stored configuration is in force", "reload", "--conf", conf);
      assertSays(0, "stopped", "stop", "--conf", conf);
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  private void assertSays(int status, String text, String... arguments) throws Exception {
    try (var command = new PackagedBroker(other, ENVIRONMENT, arguments)) {
      assertThat(command.awaitEnd()).as(command.log()).isEqualTo(status);
      assertThat(command.log()).contains(text);
    }
  }
}
