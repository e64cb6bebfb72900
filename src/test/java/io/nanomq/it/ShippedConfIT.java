package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import io.restassured.RestAssured;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker beside the etc/ that the project ships, with nothing else said. */
class ShippedConfIT {
  @TempDir Path folder;

  @Test
  void isReadAndChangesNothing() throws Exception {
    Path document = Files.createDirectory(folder.resolve("etc")).resolve("nanomq.conf");
    Files.copy(Path.of("etc/nanomq.conf"), document);
    int port = FreePort.find();
    // Free ports of this machine only; variables win over the document.
    Map<String, String> environment =
        Map.of(
            "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
            "QUARKUS_MANAGEMENT_PORT", "0",
            "NANOMQ_BROKER_URL", "nmq-tcp://127.0.0.1:0",
            "NANOMQ_WEBSOCKET_URL", "nmq-ws://127.0.0.1:0/mqtt",
            "NANOMQ_HTTP_SERVER_IP_ADDR", "127.0.0.1",
            "NANOMQ_HTTP_SERVER_PORT", String.valueOf(port));
    try (var broker = new PackagedBroker(folder, environment, "broker", "start")) {
      broker.awaitLog("MQTT on [");
      var status =
          RestAssured.given()
              .baseUri("http://127.0.0.1")
              .port(port)
              .auth()
              .preemptive()
              .basic("admin", "public")
              .get("/api/v4/configuration/status")
              .jsonPath();
      assertThat(status.getString("data.store")).endsWith("/etc/nanomq.conf");
      assertThat(status.getString("data.apply")).isEqualTo("manual");
      assertThat(status.getBoolean("data.in_sync")).isTrue();
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
  }
}
