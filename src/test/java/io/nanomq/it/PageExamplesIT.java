package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every example of NanoMQ's API page, run by curl as it stands there. */
@Tag("slow")
@Timeout(120)
class PageExamplesIT {
  private static final Path PAGE = Path.of("../shared/spec/http-api.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private int mqtt;
  private int http;

  @Test
  void everyExampleIsAnsweredAsThePageSays() throws Exception {
    mqtt = FreePort.find();
    http = FreePort.find();
    var found = new ArrayList<AnswerDifference>();
    var asked = new ArrayList<String>();
    try (PackagedBroker broker = start()) {
      List<Mqtt5BlockingClient> clients =
          List.of(
              client("nanomq-29978ec1", "alvin", "topic123", 2),
              client("nanomq-56baa74d", "user001", "topic123/123/456", 1),
              client("123", "nanomq", "a/b/c", 1));
      for (PageExample example : PageExample.all()) {
        writeDocument(); // an example that edits it must not be what another one applies
        asked.add(example.label());
        JsonNode answer = JSON.readTree(curl(example));
        found.addAll(
            JsonComparison.ofShapes(example.label(), JSON.readTree(example.answer()), answer));
        assertThat(answer.path("code").asInt(-1)).as(example.command()).isZero();
      }
      clients.forEach(Mqtt5BlockingClient::disconnect);
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
    assertThat(asked).hasSize(12);
    AllowedDifferences.assertThatExactlyTheseAreAllowed(found, asked);
  }

  @Test
  void theExampleThatEditsIsStored() throws Exception {
    mqtt = FreePort.find();
    http = FreePort.find();
    try (PackagedBroker broker = start()) {
      PageExample edit = PageExample.all().get(10);
      assertThat(JSON.readTree(curl(edit))).hasToString(edit.answer());

      assertThat(Files.readString(document()))
          .contains("num_taskq_thread=8", "url=nmq-tcp://0.0.0.0:1883", "msq_len=64");
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
  }

  @Test
  void theExamplesAreThoseOfThePage() throws IOException {
    assumeTrue(Files.exists(PAGE), "the page is not beside the project");

    assertThat(PageExample.all()).isEqualTo(PageExample.parse(Files.readString(PAGE)));
  }

  private PackagedBroker start() throws IOException {
    writeDocument();
    var broker =
        new PackagedBroker(
            folder,
            Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0"),
            "--conf",
            document().toString());
    broker.awaitLog("HTTP API on");
    return broker;
  }

  private Path document() {
    return folder.resolve("nanomq.conf");
  }

  private void writeDocument() throws IOException {
    Files.writeString(
        document(),
        "url=nmq-tcp://127.0.0.1:%d\nwebsocket.enable=false\n".formatted(mqtt)
            + "http_server.ip_addr=127.0.0.1\nhttp_server.port=%d\n".formatted(http)
            + "bridge.mqtt.address=mqtt-tcp://127.0.0.1:1\nbridge.mqtt.clientid=bridge_client\n"
            + "bridge.mqtt.username=u\nbridge.mqtt.password=p\n"
            + "bridge.mqtt.bridge_mode=false\nbridge.mqtt.proto_ver=4\nbridge.mqtt.keepalive=60\n"
            + "bridge.mqtt.clean_start=true\nbridge.mqtt.parallel=2\n"
            + "bridge.mqtt.forwards=topic1/#,topic2/#\n"
            + "bridge.mqtt.subscription.1.topic=cmd/topic1\nbridge.mqtt.subscription.1.qos=1\n");
  }

  private String curl(PageExample example) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", example.commandFor(http))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output).as(example.command()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(output).containsIgnoringCase("\r\ncontent-type: application/json\r\n");
    return output.substring(output.indexOf("\r\n\r\n") + 4);
  }

  private Mqtt5BlockingClient client(String id, String user, String filter, int qos) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(mqtt)
            .buildBlocking();
    client.connectWith().keepAlive(60).simpleAuth().username(user).applySimpleAuth().send();
    client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
    return client;
  }
}
