package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/nanomq backup} and {@code restore} beside a packaged broker. */
@Tag("slow")
class BackupCommandIT {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0");

  @TempDir Path folder;
  @TempDir Path other;

  private Path document(String more) throws Exception {
    return Files.writeString(
        folder.resolve("nanomq.conf"),
        "url=nmq-tcp://127.0.0.1:0\nwebsocket.enable=false\nhttp_server.ip_addr=127.0.0.1\n"
            + "http_server.password=not public\npersistence.max_bytes=64MB\n"
            + more);
  }

  @Test
  void whatWasKeptIsRestored() throws Exception {
    String conf = document("http_server.port=" + FreePort.find() + "\n").toString();
    String name;
    try (var broker = new PackagedBroker(folder, ENVIRONMENT, "--conf", conf)) {
      broker.awaitLog("MQTT on [");
      goesOutAndIn(conf);
      Matcher made = Pattern.compile("(backup-\\S+) is made").matcher(says(0, "backup", conf));
      assertThat(made.find()).isTrue();
      name = made.group(1);
      assertThat(says(1, "restore", name, conf))
          .containsPattern("is in use by another broker, process \\d+: stop it");
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
    assertThat(says(0, "restore", name, conf)).contains(name + " is restored to");
    assertThat(says(1, "restore", "backup-20000101-000000-000", conf)).contains("is no backup");
    try (var broker = new PackagedBroker(folder, ENVIRONMENT, "--conf", conf)) {
      broker.awaitLog("MQTT on [");
    }
    document("persistence.durability=none\n");
    assertThat(says(1, "restore", name, conf)).contains("persistence.durability is none");
  }

  private void goesOutAndIn(String conf) throws Exception {
    Path file = other.resolve("all.jsonl");
    String lines =
        "{\"kind\":\"nanomq-export\",\"format\":1}\n"
            + "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":1,\"payload\":\"aGVsbG8=\"}\n"
            + "{\"kind\":\"retained\",\"topic\":\"#\",\"qos\":1,\"payload\":\"aGVsbG8=\"}\n"
            + "{\"kind\":\"end\",\"lines\":2}\n";
    String name = Files.writeString(file, lines).toString();
    assertThat(run(1, "import", name, "--dry-run", "--conf", conf))
        .contains("line 3 refused: topic has wildcards", "could be imported {\"retained\":1}");
    assertThat(run(1, "import", name, "--replace", "--conf", conf)).contains("refused 1");
    assertThat(run(0, "export", name, "--conf", conf)).contains("is made");
    assertThat(Files.readString(file)).contains("\"topic\":\"a\"").endsWith("\"lines\":1}\n");
    assertThat(run(0, "import", name, "--conf", conf)).contains("skipped {\"retained\":1}");
  }

  private String says(int status, String command, String conf) throws Exception {
    return run(status, command, "--conf", conf);
  }

  private String says(int status, String command, String name, String conf) throws Exception {
    return run(status, command, name, "--conf", conf);
  }

  private String run(int status, String... arguments) throws Exception {
    try (var command = new PackagedBroker(other, ENVIRONMENT, arguments)) {
      assertThat(command.awaitEnd()).as(command.log()).isEqualTo(status);
      return command.log();
    }
  }
}
