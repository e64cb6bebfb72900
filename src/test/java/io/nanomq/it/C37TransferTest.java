package io.nanomq.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.transfer.Export;
import io.nanomq.transfer.Progress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions and retained messages as lines of JSON, out of one broker and into another. */
@Timeout(120)
class C37TransferTest {
  private static final String OWNER = "\"owner\":{}";
  private static final String SESSION =
      "{\"kind\":\"session\",\"clientid\":\"c\",\"version\":4,\"keepalive\":0," + OWNER + "}";

  private static final String PROPERTY =
      "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0,\"payload\":\"YQ==\",";

  @TempDir Path folder;

  private SessionStores journal() throws Exception {
    return new JournalStores(new FileDisk(folder), new JournalConf(1 << 20, 1L << 40, 0));
  }

  private static String retained(String topic, String payload) {
    return "{\"kind\":\"retained\",\"topic\":\"%s\",\"qos\":1,\"payload\":\"%s\"}"
        .formatted(topic, payload);
  }

  private static String message(String more, String delivery) {
    return "{\"kind\":\"message\",\"clientid\":\"c\"%s,\"delivery\":{%s}}"
        .formatted(more, delivery);
  }

  private static String queued(String topic) {
    return message(
        ",\"topic\":\"%s\",\"qos\":1,\"payload\":\"aGVsbG8=\"".formatted(topic), "\"qos\":1");
  }

  private static List<Long> lines(List<Progress.Refused> refused) {
    return refused.stream().map(Progress.Refused::line).toList();
  }

  /** Whatever is exported is the same after it was imported, and after a restart. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isTheSameAfterIt(long seed) throws Exception {
    String first = new RandomExport(seed, System.currentTimeMillis()).text(60, 30);
    String second;
    try (TestBroker empty = TestBroker.start()) {
      Progress.View came = TransferText.imported(empty, first, false, false);
      assertThat(came.refused()).isEmpty();
      assertThat(came.state()).isEqualTo("done");
      second = TransferText.export(empty);
      TransferText.assertSame(second, first);
    }
    TestBroker broker = TestBroker.start(2, journal());
    try {
      assertThat(TransferText.imported(broker, second, false, false).refused()).isEmpty();
      TransferText.assertSame(TransferText.export(broker), first);
      // All of it is there: nothing changes.
      Progress.View again = TransferText.imported(broker, second, false, false);
      assertThat(again.refused()).isEmpty();
      assertThat(again.imported()).isEmpty();
      TransferText.assertSame(TransferText.export(broker), first);
    } finally {
      broker.leave();
    }
    try (TestBroker after = TestBroker.start(1, journal())) {
      TransferText.assertSame(TransferText.export(after), first);
    }
  }

  /** Format 1 had them as in a PUBLISH. */
  @Test
  void propertiesAreReadWithoutTheirNames() throws Exception {
    byte[] section = {3, 0, 1, 't', 38, 0, 1, 'a', 0, 1, 'b', 1, 1, 38, 0, 1, 'a', 0, 0};
    String former = Base64.getEncoder().encodeToString(section);
    try (TestBroker broker = TestBroker.start()) {
      assertThat(TransferText.imported(broker, PROPERTY + "\"properties\":\"" + former + "\"}"))
          .satisfies(came -> assertThat(came.refused()).isEmpty());
      assertThat(TransferText.export(broker))
          .contains(
              "\"payload_format_indicator\":1,\"content_type\":\"t\","
                  + "\"user_properties\":[[\"a\",\"b\"],[\"a\",\"\"]]");
    }
  }

  @Test
  void aClientFindsItsSession() throws Exception {
    String export;
    try (TestBroker from = TestBroker.start()) {
      try (RawClient client = from.raw(4).connected("c", false)) {
        client.subscribe(1, "t/#", 1).receive(9);
      }
      try (RawClient sender = from.raw(4).connected("sender", true)) {
        for (int i = 1; i <= 3; i++) {
          sender.publish("t/" + i, 1, i, new byte[] {(byte) ('0' + i)}).receive(4);
        }
      }
      export = TransferText.export(from);
    }
    try (TestBroker to = TestBroker.start()) {
      assertThat(TransferText.imported(to, export, true, false).imported())
          .containsEntry("message", 3);
      assertThat(to.broker().sessions().size()).as("a dry run").isZero();
      assertThat(TransferText.imported(to, export, false, false).refused()).isEmpty();
      try (RawClient client = to.raw(4).connect("c", false, 0)) {
        assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
        for (int i = 1; i <= 3; i++) {
          RawPacket packet = client.receive(3);
          assertThat(packet.payload(4)).isEqualTo(String.valueOf(i));
          client.acknowledge(4, packet.publishId());
        }
        client.assertNothingMore();
        assertThat(TransferText.imported(to, export, false, true).refused())
            .as("nobody is taken over")
            .first()
            .isEqualTo(new Progress.Refused(2, "its client is connected here"));
      }
    }
  }

  @Test
  void whatIsHereStaysOrIsReplaced() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      TransferText.imported(broker, retained("a", "b2xk"), SESSION, queued("old"));
      String[] other = {retained("a", "bmV3"), SESSION, queued("new")};
      Progress.View kept = TransferText.imported(broker, other);
      assertThat(kept.imported()).isEmpty();
      assertThat(kept.skipped()).hasSize(3);
      assertThat(kept.skippedLines()).hasSize(3);
      assertThat(TransferText.export(broker)).contains("b2xk", "\"old\"");
      Progress.View replaced =
          TransferText.imported(broker, TransferText.whole(other), false, true);
      assertThat(replaced.imported()).hasSize(3);
      assertThat(TransferText.export(broker))
          .contains("bmV3", "\"new\"")
          .doesNotContain("b2xk", "\"old\"");
      assertThat(TransferText.export(broker, Export.Kind.RETAINED)).doesNotContain("session");
      assertThat(TransferText.export(broker, Export.Kind.SESSIONS)).doesNotContain("bmV3");
    }
  }

  /** All packet identifiers are let in; a tree of more would have many times the line's bytes. */
  @Test
  void aLineHasNoMoreValuesThanItCanNeed() throws Exception {
    String all = IntStream.rangeClosed(1, 65_535).mapToObj(Integer::toString).collect(joining(","));
    String session = SESSION.replace("}}", "},\"unreleased\":[" + all + "]}");
    String many = SESSION.replace("}}", "},\"x\":[" + "[{}],".repeat(40_000) + "1]}");
    try (TestBroker broker = TestBroker.start()) {
      Progress.View came = TransferText.imported(broker, session, many);
      assertThat(came.imported()).containsEntry("session", 1);
      assertThat(came.refused()).hasSize(1);
      assertThat(came.refused().get(0).why()).startsWith("no JSON: Token count");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "\"\"",
        "{\"kind\":\"retained\",\"kind\":\"end\"}",
        "{\"kind\":\"other\"}",
        "{\"kind\":\"retained\",\"topic\":\"a/#\",\"qos\":0,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"$SYS/x\",\"qos\":0,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"\",\"qos\":0,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\\u0000\",\"qos\":0,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\\ud800\",\"qos\":0,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":3,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":1e3,\"payload\":\"YQ==\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0,\"payload\":\"?\"}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0,\"payload\":\"YQ==\",\"more\":1}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0,\"payload\":\"YQ==\",\"properties\":\"Kw==\"}",
        PROPERTY + "\"content_type\":\"a\",\"properties\":\"AQE=\"}",
        PROPERTY + "\"content_type\":\"a\\u0000\"}",
        PROPERTY + "\"response_topic\":\"a/#\"}",
        PROPERTY + "\"response_topic\":\"\"}",
        PROPERTY + "\"payload_format_indicator\":2}",
        PROPERTY + "\"correlation_data\":\"?\"}",
        PROPERTY + "\"user_properties\":{\"a\":\"b\"}}",
        PROPERTY + "\"user_properties\":[[\"a\"]]}",
        PROPERTY + "\"user_properties\":[[\"a\",1]]}",
        PROPERTY + "\"message_expiry_interval\":1}",
        "{\"kind\":\"retained\",\"topic\":\"a\",\"qos\":0,\"payload\":\"YQ==\"} {}",
        "{\"kind\":\"session\",\"clientid\":\"d\",\"version\":6,\"keepalive\":0,\"owner\":{}}",
        "{\"kind\":\"session\",\"clientid\":\"\",\"version\":5,\"keepalive\":0,\"owner\":{}}",
        "{\"kind\":\"session\",\"clientid\":\"d\",\"version\":5,\"keepalive\":0}",
        "{\"kind\":\"subscription\",\"clientid\":\"c\",\"filter\":\"a/#/b\",\"qos\":0}",
        "{\"kind\":\"subscription\",\"clientid\":\"d\",\"filter\":\"a\",\"qos\":0}",
        "{\"kind\":\"message\",\"clientid\":\"c\",\"delivery\":{\"qos\":2,\"received\":true}}",
        "{\"kind\":\"message\",\"clientid\":\"c\",\"delivery\":{\"qos\":1}}",
        "{\"kind\":\"nanomq-export\",\"format\":1}",
        "{\"kind\":\"retained\",\"topic\":[[[[[[[[[[[[\"a\"]]]]]]]]]]]]}",
      })
  void nothingOfAWrongLineIsImported(String wrong) throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      Progress.View came = TransferText.imported(broker, SESSION, wrong, retained("last", "YQ=="));
      assertThat(lines(came.refused())).as(came.toString()).containsExactly(3L);
      assertThat(came.imported()).containsOnlyKeys("session", "retained");
      assertThat(came.state()).isEqualTo("done");
      String export = TransferText.export(broker);
      assertThat(export.lines()).hasSize(4);
    }
  }

  @Test
  void duplicatesAndStrayLinesAreRefused() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String filter = "{\"kind\":\"subscription\",\"clientid\":\"c\",\"filter\":\"f\",\"qos\":1}";
      String sent = message(",\"topic\":\"s\",\"qos\":1", "\"qos\":1,\"packet_id\":7");
      Progress.View came =
          TransferText.imported(
              broker,
              filter,
              SESSION,
              filter,
              filter,
              sent,
              sent,
              queued("q"),
              sent,
              "{",
              queued("p"));
      assertThat(lines(came.refused())).containsExactly(2L, 5L, 7L, 9L, 10L, 11L);
      assertThat(came.imported())
          .containsEntry("session", 1)
          .containsEntry("subscription", 1)
          .containsEntry("message", 2);
    }
  }

  @Test
  void whatIsCutOffOrNoExportSaysSo() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String whole = TransferText.whole(retained("a", "YQ=="), retained("b", "YQ=="));
      int middle = whole.indexOf("\"b\"");
      Progress.View cut = TransferText.imported(broker, whole.substring(0, middle), false, false);
      assertThat(cut.imported()).containsEntry("retained", 1);
      assertThat(lines(cut.refused())).containsExactly(3L, 4L);
      assertThat(cut.refused().get(1).why()).contains("the end is missing");
      String without = TransferText.HEADER + "{\"kind\":\"end\",\"lines\":1}\n";
      assertThat(lines(TransferText.imported(broker, without, true, false).refused()))
          .containsExactly(2L);
      for (String no : List.of("", "\n", "PNG\n", retained("c", "YQ==") + "\n")) {
        Progress.View view = TransferText.imported(broker, no, false, false);
        assertThat(view.refused()).hasSize(1);
        assertThat(view.imported()).isEmpty();
      }
      assertThat(
              TransferText.imported(
                      broker, "{\"kind\":\"nanomq-export\",\"format\":3}\n", false, false)
                  .failure())
          .contains("format 3 is above 2");
    }
  }

  @Test
  void longLinesAndManyWrongOnesHaveABound() throws Exception {
    var conf = Confs.conf("mqtt.max_packet_size = 1KB").mqtt();
    try (TestBroker broker = TestBroker.start(conf)) {
      String large = retained("large", "A".repeat(4 << 20));
      Progress.View came = TransferText.imported(broker, large, retained("b", "YQ=="));
      assertThat(lines(came.refused())).containsExactly(2L);
      assertThat(came.refused().get(0).why()).startsWith("longer than ");
      assertThat(came.imported()).containsEntry("retained", 1);
      assertThat(
              TransferText.imported(broker, retained("c", "A".repeat(4000))).refused().get(0).why())
          .contains("max_packet_size");
      Progress.View many =
          TransferText.imported(broker, TransferText.HEADER + "x\n".repeat(3000), false, false);
      assertThat(many.state()).isEqualTo("failed");
      assertThat(many.refused()).hasSize(Progress.MAX_REFUSED);
      assertThat(many.lines()).isEqualTo(Progress.MAX_REFUSED + 1);
      assertThat(many.failure()).contains("nothing behind line 1001");
    }
  }

  @Test
  void whatHasNoRoomIsRefusedAndSaid() throws Exception {
    var conf =
        Confs.conf("mqtt { max_mqueue_len = 2, max_sessions = 1, max_retained_messages = 1 }")
            .mqtt();
    try (TestBroker broker = TestBroker.start(conf)) {
      // Of the same loop: others do not wait for each other.
      String other = SESSION.replace("\"c\"", "\"e\"");
      Progress.View came =
          TransferText.imported(
              broker,
              retained("a", "YQ=="),
              retained("b", "YQ=="),
              SESSION,
              queued("1"),
              queued("2"),
              queued("3"),
              other,
              queued("4").replace("\"c\"", "\"e\""));
      assertThat(lines(came.refused())).as(came.toString()).containsExactly(3L, 7L, 8L, 9L);
      assertThat(came.refused().toString()).contains("QUEUE_FULL", "as many sessions", "retained");
    }
  }

  @Test
  void whatIsOverIsSkipped() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      String over = ",\"expires_at\":1000";
      Progress.View came =
          TransferText.imported(
              broker,
              retained("a", "YQ==\"" + over + ",\"publisher\":\"x"),
              SESSION.replace(",\"version\"", over + ",\"version\""),
              queued("t"),
              SESSION,
              message(over + ",\"topic\":\"t\",\"qos\":1", "\"qos\":1"));
      assertThat(came.refused()).isEmpty();
      assertThat(came.skipped()).containsEntry("message", 2).containsEntry("session", 1);
      assertThat(came.imported()).containsOnlyKeys("session");
      assertThat(TransferText.export(broker).lines()).hasSize(3);
    }
  }
}
