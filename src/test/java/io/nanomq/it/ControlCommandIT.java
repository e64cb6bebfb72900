package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.FreePort;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code bin/nanomq stop}, {@code restart} and {@code reload} beside a packaged broker. Each test
 * has its own, and mostly waits for processes; what commands say of other servers is
 * ControlCommandTest's.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class ControlCommandIT {
  private final Map<String, String> environment =
      new HashMap<>(Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0"));

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

  /** Whoever starts the next broker after a stop needs all the ports. */
  @Test
  void restartsAndStopsOnceNothingIsLeft() throws Exception {
    int management = FreePort.find();
    environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    int mqtt = FreePort.find();
    String ports =
        "http_server.port=" + FreePort.find() + "\nurl=nmq-tcp://127.0.0.1:" + mqtt + "\n";
    String conf = document(ports + "msq_len=10\n").toString();
    try (var broker = new PackagedBroker(folder, environment, "--conf", conf);
        var silent = new Socket()) {
      broker.awaitLog("MQTT on [");
      silent.connect(new InetSocketAddress("127.0.0.1", mqtt));

      document(ports + "msq_len=11\n");
      assertSays(0, "the stored configuration is in force", "restart", "--conf", conf);
      broker.awaitLog("ConfigApplied");

      document(ports + "msq_len=eleven\n");
      assertSays(1, "nanomq reload: the configuration is broken", "reload", "--conf", conf);

      document(ports + "msq_len=11\n");
      // Asking for help, or whether the configuration is right, tells the broker nothing.
      assertSays(0, "tells the broker of that configuration to stop", "stop", "--help");
      assertSays(0, "The configuration is valid", "stop", "--conf", conf, "--check");
      assertSays(1, "stop: stands behind other words", "--conf", conf, "stop");
      assertSays(0, "stopped", "broker", "stop", "--conf", conf);
      assertThatThrownBy(() -> new Socket("127.0.0.1", management).close())
          .isInstanceOf(ConnectException.class);
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
                    "http_server.port=" + FreePort.find(),
                    "http_server.tls.certfile=" + certificates.certificate("api"),
                    "http_server.tls.keyfile=" + certificates.key("api"),
                    "http_server.auth_type=jwt",
                    "http_server.jwt.public.keyfile=" + certificates.certificate("tokens"),
                    "http_server.jwt.private.keyfile=" + certificates.key("tokens"),
                    ""))
            .toString();
    try (var broker = new PackagedBroker(folder, environment, "--conf", conf)) {
      broker.awaitLog("MQTT on [");
      assertSays(0, "the stored configuration is in force", "reload", "--conf", conf);

      certificates.issue("another", -1, 30);
      String text = Files.readString(Path.of(conf));
      String certificate = certificates.certificate("api").toString();
      String key = certificates.key("api").toString();
      Files.writeString(
          other.resolve("another.conf"),
          text.replace(certificate, certificates.certificate("another").toString())
              .replace(key, certificates.key("another").toString()));
      assertSays(
          1, "has another certificate than", "stop", "--conf", other.resolve("another.conf") + "");

      assertSays(0, "stopped", "stop", "--conf", conf);
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  private void assertSays(int status, String text, String... arguments) throws Exception {
    try (var command = new PackagedBroker(other, environment, arguments)) {
      assertThat(command.awaitEnd()).as(command.log()).isEqualTo(status);
      assertThat(command.log()).contains(text);
    }
  }
}
