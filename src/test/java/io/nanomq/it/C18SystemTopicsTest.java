package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.EventsConf;
import io.nanomq.event.NodeName;
import io.nanomq.metrics.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker's own topics, seen by clients. */
class C18SystemTopicsTest {
  private static final String FIGURES = "$SYS/brokers/" + NodeName.of(System.getenv()) + "/";

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void stop() {
    broker.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void configure(long intervalMillis, boolean clientTopics) {
    var streams = NanomqConf.defaults().integrations().events().streams();
    var events = new EventsConf(intervalMillis, clientTopics, "", streams);
    broker.apply(conf -> Copy.of(conf, "integrations.events", events));
  }

  private RawClient watching(String filter) {
    RawClient watcher = broker.raw(4).connected("watcher", true);
    assertThat(watcher.subscribe(1, filter, 1).receive().type()).isEqualTo(9);
    return watcher;
  }

  @Test
  void whoSubscribesGetsTheFigures() {
    configure(60_000, false);
    try (RawClient reader = broker.raw(4).connected("reader", true);
        RawClient watcher = watching(FIGURES + "#")) {
      reader.subscribe(1, "a/+", 0).receive(9);
      Map<String, String> figures = new HashMap<>();
      while (!figures.containsKey("dropped/connection_limit")) {
        RawPacket message = watcher.receive(3);
        assertThat(message.qos()).isZero();
        assertThat(message.isRetained()).isFalse();
        figures.put(message.topic().substring(FIGURES.length()), message.payload(4));
      }
      assertThat(figures)
          .containsEntry("version", "1.2.3")
          .containsEntry("clients/connected", "2")
          .containsEntry("retained/count", "0")
          .containsKeys("uptime", "datetime", "sysdescr", "messages/received", "messages/sent")
          .containsKeys("subscriptions/count", "topics/count", "messages/dropped");
      assertThat(broker.broker().retained().size()).isZero();
    }
  }

  @Test
  void figuresGoOnAtTheIntervalUntilTheyAreTurnedOff() {
    configure(1_000, false);
    try (RawClient watcher = watching(FIGURES + "uptime")) {
      long first = Long.parseLong(watcher.receive(3).payload(4));
      watcher.receive(3);
      long third = Long.parseLong(watcher.receive(3).payload(4));
      assertThat(third).isGreaterThan(first);
      configure(0, false);
      watcher.assertNothingMore();
    }
  }

  @Test
  void clientsThatComeAndGoAreTold() {
    try (RawClient watcher = watching("$SYS/brokers/+");
        RawClient status = broker.raw(5).connected("status", true)) {
      assertThat(watcher.receive(3).payload(4)).contains("\"client_id\":\"status\"");
      status.subscribe(1, "$SYS/brokers/client_status/#", 0).receive(9);
      RawClient guest = broker.raw(4).connected("guest", true);
      RawPacket came = watcher.receive(3);
      assertThat(came.topic()).isEqualTo("$SYS/brokers/connected");
      assertThat(came.payload(4))
          .matches(
              "\\{\"username\":\"\\(null\\)\",\"ts\":\\d{13},\"proto_name\":\"MQTT\","
                  + "\"keepalive\":\\d+,\"return_code\":\"0\",\"proto_ver\":4,"
                  + "\"client_id\":\"guest\",\"clean_start\":1}");
      assertThat(status.receive(3).payload(5))
          .contains("\"status\":\"online\"", "\"IPv4\":\"127.0.0.1\"");
      guest.reset();
      RawPacket gone = watcher.receive(3);
      assertThat(gone.topic()).isEqualTo("$SYS/brokers/disconnected");
      assertThat(gone.payload(4)).contains("\"reason_code\":\"80\",\"client_id\":\"guest\"");
      assertThat(status.receive(3).payload(5)).contains("\"status\":\"offline\"", "127.0.0.1");
    }
  }

  @Test
  void theReasonOfADisconnectIsTold() {
    try (RawClient watcher = watching("$SYS/brokers/disconnected")) {
      RawClient polite = broker.raw(5).connected("polite", true);
      polite.send(0xE0, 0);
      assertThat(watcher.receive(3).payload(4)).contains("\"reason_code\":\"0\"");
      polite.close();
      try (RawClient first = broker.raw(4).connected("twice", true);
          RawClient second = broker.raw(4).connected("twice", true)) {
        assertThat(first.isClosedByBroker()).isTrue();
        assertThat(watcher.receive(3).payload(4)).contains("\"reason_code\":\"8e\"");
        assertThat(broker.broker().sessions().find("twice").isOnline()).isTrue();
        second.publish("t", 0, 0, bytes("x"));
      }
    }
  }

  @Test
  void whoIsRefusedOrOnlyKnocksIsNotTold() {
    try (RawClient watcher = watching("$SYS/brokers/+")) {
      try (RawClient refused = broker.raw(3).connect("", false, 0)) {
        assertThat(refused.receive(2).at(1)).isEqualTo(2);
      }
      broker.raw(4).close();
      broker.awaitConnections(1);
      watcher.assertNothingMore();
    }
  }

  @Test
  void wildcardsAtTheFirstLevelSeeNothingAndTheSwitchTurnsClientsOff() {
    try (RawClient curious = broker.raw(4).connected("curious", true);
        RawClient watcher = watching("$SYS/brokers/+")) {
      curious.subscribe(1, "#", 0).receive(9);
      curious.subscribe(2, "+/brokers/#", 0).receive(9);
      configure(60_000, false);
      broker.raw(4).connected("guest", true).close();
      broker.awaitConnections(2);
      watcher.assertNothingMore();
      curious.assertNothingMore();
    }
  }

  @Test
  void clientsCannotSpeakThereAndItIsCounted() {
    try (RawClient watcher = watching("$SYS/#");
        RawClient v5 = broker.raw(5).connected("liar", true)) {
      v5.publish("$SYS/brokers/connected", 0, 0, bytes("lie"));
      v5.publish("$SYS/brokers/connected", 1, 1, bytes("lie"));
      RawPacket ack = v5.receive(4);
      assertThat(ack.at(2)).isEqualTo(0x87);
      TestBroker.soon()
          .until(
              () -> broker.broker().counters().toCompletableFuture().join().messagesDropped() == 2);
      assertThat(
              broker
                  .broker()
                  .counters()
                  .toCompletableFuture()
                  .join()
                  .drops(DropReason.NOT_AUTHORIZED))
          .isEqualTo(2);
    }
  }
}
