package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API cannot be protected with stops the start: it never runs more open than told. */
@Execution(ExecutionMode.CONCURRENT)
class StartIT {
  private static final String DOCUMENT =
      """
      url=nmq-tcp://127.0.0.1:0
      websocket.enable=false
      http_server.ip_addr=127.0.0.1
      http_server.port=0
      """;

  private static final Map<String, String> MANAGEMENT =
      Map.of("QUARKUS_MANAGEMENT_PORT", "0", "QUARKUS_MANAGEMENT_HOST", "127.0.0.1");

  @TempDir Path folder;

  @Test
  void tellsItsVersion() throws Exception {
    try (var broker = new PackagedBroker(folder, Map.of(), "-v")) {
      assertThat(broker.awaitEnd()).isZero();
      assertThat(broker.log()).matches("NanoMQ Broker \\d+\\.\\d+\\.\\d+\\S*\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_server.auth_type=jwt | http_server.auth_type = jwt needs a key",
        "http_server.auth_type=open | http_server.auth_type = open is not a known word",
        "http_server.auth_type=jwt;http_server.jwt.public.keyfile=nope.pub | nope.pub",
        "http_server.auth_type=jwt;http_server.jwt.public.keyfile=nanomq.conf | holds no public key",
        "http_server.tls.certfile=nope.pem;http_server.tls.keyfile=nope.key | nope.pem",
        "http_server.tls.certfile=nanomq.conf;http_server.tls.keyfile=nanomq.conf | holds no certificate",
        "url=nmq-tls://127.0.0.1:0;tls.certfile=nope.pem;tls.keyfile=nope.key | :6:14: tls.certfile = nope.pem cannot be read",
        "url=nmq-tcp://192.0.2.1:0 | :5:5: url = 192.0.2.1 is not an address of this machine",
        "http_server.tls.enable=true | http_server.tls.enable = true needs a certfile"
      })
  void refuses(String lines, String reason) throws Exception {
    Path document = folder.resolve("nanomq.conf");
    Files.writeString(document, DOCUMENT + lines.replace(';', '\n') + "\n");

    try (var broker = new PackagedBroker(folder, MANAGEMENT, "--conf", document.toString())) {
      assertThat(broker.awaitEnd()).isEqualTo(1);
      assertThat(broker.log()).contains(reason).contains("does not start").doesNotContain("\tat ");
    }
  }

  /** A broker that runs keeps what it has; one that ends leaves it to the next one. */
  @Test
  void aSecondStartOfTheSameDocumentNamesTheFirst(@TempDir Path other) throws Exception {
    Files.writeString(folder.resolve("nanomq.conf"), DOCUMENT);
    String[] arguments = {"--conf", folder.resolve("nanomq.conf").toString()};
    try (var first = new PackagedBroker(folder, MANAGEMENT, arguments)) {
      first.awaitLog("MQTT on [");
      try (var second = new PackagedBroker(other, MANAGEMENT, arguments)) {
        assertThat(second.awaitEnd()).isEqualTo(1);
        assertThat(second.log())
            .contains("does not start: " + folder.toRealPath().resolve("data/nanomq") + " is in")
            .contains("use by another broker, process " + first.pid() + ": stop it")
            .doesNotContain("\tat ");
      }
      first.terminate();
      try (var second = new PackagedBroker(other, MANAGEMENT, arguments)) {
        second.awaitLog("MQTT on [");
        assertThat(first.awaitEnd()).isZero();
      }
    }
  }

  /** However early: a pod that is to go is not waited for until it is killed. */
  @ParameterizedTest
  @ValueSource(ints = {300, 600, 900, 1200})
  void endsWhenItIsToldToBeforeItServes(int cpuMillis) throws Exception {
    Files.writeString(folder.resolve("nanomq.conf"), DOCUMENT);
    String conf = folder.resolve("nanomq.conf").toString();
    try (var broker = new PackagedBroker(folder, MANAGEMENT, "--conf", conf)) {
      broker.awaitCpu(Duration.ofMillis(cpuMillis));
      broker.terminate();
      // 143 = before it could say how it ends
      assertThat(broker.awaitEnd()).isIn(0, 143);
    }
  }

  /** It could not even load its classes, and said so with the name of one of them. */
  @Test
  void saysWhenTheProcessMayHaveTooFewFiles() throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 64; exec \"$0\" -jar \"$1\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(log))
        .contains("does not start", "64 files and sockets", "ulimit -n")
        .doesNotContain("\tat ");
  }
}
