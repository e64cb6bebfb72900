package io.nanomq.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.EventsConf;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.loop.ManualLoops;
import io.nanomq.metrics.CounterSnapshot;
import io.nanomq.packet.PublishMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SysTopicsTest {
  private static final SysFigures FIGURES =
      new SysFigures(
          "9.9", 61, Instant.EPOCH, Map.of("clients/connected", 3), CounterSnapshot.NONE);

  private final ManualLoops loops = new ManualLoops(2);
  private final List<PublishMessage> published = new ArrayList<>();
  private final List<Integer> publishedOn = new ArrayList<>();
  private static final EventsConf.Streams STREAMS =
      NanomqConf.defaults().integrations().events().streams();

  private EventsConf conf = new EventsConf(10_000, true, "", STREAMS);
  private boolean anybody = true;
  private int asked;
  private final SysTopics topics =
      new SysTopics(
          loops.context(0),
          () -> conf,
          "host",
          () -> anybody,
          () -> {
            asked++;
            return CompletableFuture.completedFuture(FIGURES);
          },
          (loop, message) -> {
            publishedOn.add(loop);
            published.add(message);
          });

  @BeforeEach
  void start() {
    topics.start();
  }

  private String payload(String topic) {
    return published.stream()
        .filter(message -> message.topic().text().equals(topic))
        .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
        .findFirst()
        .orElse("nothing");
  }

  private static BrokerEvent.Client client(String id, String username) {
    return new BrokerEvent.Client(id, username, "10.0.0.7");
  }

  // ---- figures

  @Test
  void figuresComeAtTheInterval() {
    loops.advance(9_900);
    assertThat(published).isEmpty();
    loops.advance(1_200);
    assertThat(asked).isEqualTo(1);
    assertThat(payload("$SYS/brokers/host/version")).isEqualTo("9.9");
    assertThat(payload("$SYS/brokers/host/uptime")).isEqualTo("61");
    assertThat(payload("$SYS/brokers/host/clients/connected")).isEqualTo("3");
    assertThat(payload("$SYS/brokers/host/messages/dropped")).isEqualTo("0");
    assertThat(payload("$SYS/brokers/host/dropped/queue_full")).isEqualTo("0");
    assertThat(published).allMatch(message -> message.qos() == 0 && !message.retain());
    assertThat(publishedOn).containsOnly(0);
    loops.advance(30_000);
    assertThat(asked).isBetween(3, 4);
  }

  @Test
  void whileNobodySubscribesNothingIsAsked() {
    anybody = false;
    loops.advance(60_000);
    assertThat(asked).isZero();
    anybody = true;
    loops.advance(1_100);
    assertThat(asked).as("the interval is long over").isEqualTo(1);
  }

  @Test
  void zeroTurnsThemOff() {
    conf = new EventsConf(0, true, "", STREAMS);
    topics.happened(1, new BrokerEvent.Subscribed(1, "c", "$SYS/#", 0));
    loops.advance(60_000);
    assertThat(asked).isZero();
    assertThat(topics.wants(Kind.SUBSCRIBED)).isFalse();
  }

  @Test
  void whoSubscribesDoesNotWaitForTheIntervalAndManyAreOne() {
    loops.advance(2_000);
    for (int i = 0; i < 100; i++) {
      topics.happened(1, new BrokerEvent.Subscribed(1, "c" + i, "$share/g/$SYS/brokers/#", 0));
    }
    loops.advance(1_100);
    assertThat(asked).isEqualTo(1);
    topics.happened(1, new BrokerEvent.Subscribed(1, "c", "a/#", 0));
    loops.advance(2_000);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void theConfiguredNameStandsForTheMachine() {
    conf = new EventsConf(1_000, true, "edge+7", STREAMS);
    loops.advance(2_100);
    assertThat(payload("$SYS/brokers/edge%2B7/version")).isEqualTo("9.9");
  }

  // ---- clients

  @Test
  void clientsInTheReferencesShapes() {
    topics.happened(
        1, new BrokerEvent.Connected(1_691_225_605_933L, client("c", "u"), 4, 60, true));
    topics.happened(1, new BrokerEvent.Disconnected(1_691_225_608_391L, client("c", null), 0x8B));
    assertThat(publishedOn).containsOnly(1);
    assertThat(payload("$SYS/brokers/connected"))
        .isEqualTo(
            "{\"username\":\"u\",\"ts\":1691225605933,\"proto_name\":\"MQTT\",\"keepalive\":60,"
                + "\"return_code\":\"0\",\"proto_ver\":4,\"client_id\":\"c\",\"clean_start\":1}");
    assertThat(payload("$SYS/brokers/disconnected"))
        .isEqualTo(
            "{\"username\":\"(null)\",\"ts\":1691225608391,\"reason_code\":\"8b\","
                + "\"client_id\":\"c\"}");
    assertThat(published.get(1).topic()).hasToString("$SYS/brokers/client_status/c");
    assertThat(payload("$SYS/brokers/client_status/c"))
        .isEqualTo(
            "{\"status\":\"online\",\"username\":\"u\",\"ts\":1691225605933,"
                + "\"proto_name\":\"MQTT\",\"keepalive\":60,\"return_code\":\"0\",\"proto_ver\":4,"
                + "\"client_id\":\"c\",\"clean_start\":1,\"IPv4\":\"10.0.0.7\"}");
    assertThat(new String(published.get(3).payload(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"status\":\"offline\",\"username\":\"(null)\",\"ts\":1691225608391,"
                + "\"reason_code\":\"8b\",\"client_id\":\"c\",\"IPv4\":\"10.0.0.7\"}");
  }

  @Test
  void whatClientsCallThemselvesBreaksNeitherJsonNorTopics() {
    String id = "a\"\\\n\u0001/+#é";
    topics.happened(0, new BrokerEvent.Connected(1, client(id, "\t"), 3, 0, false));
    assertThat(payload("$SYS/brokers/connected"))
        .isEqualTo(
            "{\"username\":\"\\t\",\"ts\":1,\"proto_name\":\"MQIsdp\",\"keepalive\":0,"
                + "\"return_code\":\"0\",\"proto_ver\":3,"
                + "\"client_id\":\"a\\\"\\\\\\n\\u0001/+#é\",\"clean_start\":0}");
    assertThat(published.get(1).topic().text())
        .isEqualTo("$SYS/brokers/client_status/a\"\\\n\u0001/%2B%23é");
  }

  @Test
  void clientsAreWantedWhileSomebodySubscribesAndTheConfigurationSaysSo() {
    assertThat(topics.wants(Kind.CONNECTED)).isTrue();
    assertThat(topics.wants(Kind.DROPPED)).isFalse();
    anybody = false;
    assertThat(topics.wants(Kind.DISCONNECTED)).isFalse();
    anybody = true;
    conf = new EventsConf(10_000, false, "", STREAMS);
    assertThat(topics.wants(Kind.CONNECTED)).isFalse();
  }
}
