package io.nanomq.it;

import static io.nanomq.packet.PublishMessage.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.journal.JournalStores;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is stored has a bound: who would go beyond is told, and it heals. */
@Timeout(120)
class C32FullDiskTest {
  private static final int SEGMENT = 1 << 20;
  private static final int QUOTA_EXCEEDED = 0x97;
  private static final byte[] LASTING = {0x11, -1, -1, -1, -1};
  private static final byte[] NOTHING = {};
  private static final byte[] SMALL = new byte[10_000];
  private static final byte[] LARGE = new byte[100_000];

  @TempDir Path folder;

  @Test
  void whatHasNoRoomOnDiskIsRefusedUntilThereIsSome() throws Exception {
    var stores = new JournalStores(new FileDisk(folder), new JournalConf(SEGMENT, SEGMENT, 0));
    try (TestBroker broker = TestBroker.start(2, stores);
        RawClient sender = broker.raw(5).connected("sender", true);
        RawClient older = broker.raw(4).connected("older", true)) {
      try (RawClient away = broker.raw(4).connected("away", false)) {
        away.subscribe(1, "a", 1).receive(9);
      }
      int kept = 0;
      while (send(sender, "a") < 0x80) {
        kept++;
      }
      assertThat(kept).isBetween(10, 60);
      assertThat(send(sender, "a")).isEqualTo(QUOTA_EXCEEDED);
      assertThat(send(sender, "nobody")).as("nobody has to store it").isLessThan(0x80);
      older.publish("a", 1, 1, LARGE);
      assertThat(older.isClosedByBroker()).isTrue();
      try (RawClient away = broker.raw(4).connect("away", false, 0)) {
        assertThat(away.receive(2).at(0)).as("session present").isEqualTo(1);
        for (int i = 0; i < kept; i++) {
          away.acknowledge(4, away.receive(3).publishId());
        }
        TestBroker.soon().until(() -> !stores.figures().full());
        assertThat(send(sender, "a")).isLessThan(0x80);
        assertThat(away.receive(3).topic()).isEqualTo("a");
      }
    }
  }

  /** Whoever it is that would have something stored, and all else goes on. */
  @Test
  void whatElseHasNoRoomIsRefusedAndTheRestIsServed() throws Exception {
    var stores = new JournalStores(new FileDisk(folder), new JournalConf(SEGMENT, SEGMENT, 0));
    try (TestBroker broker = TestBroker.start(2, stores);
        RawClient sender = broker.raw(5).connected("sender", true);
        RawClient live = broker.raw(4).connected("live", true)) {
      live.subscribe(1, "live", 1).receive(9);
      try (RawClient away = broker.raw(4).connected("away", false)) {
        away.subscribe(1, "a", 1).receive(9);
      }
      retain(sender, "kept", 0, 1);
      TestBroker.soon().until(() -> broker.broker().retained().size() == 1);
      while (send(sender, "a") < 0x80) {
        // Until there is no more room.
      }
      long refused = dropped(broker);
      assertThat(byApi(broker, "a", false)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(byApi(broker, "nobody", true)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(byApi(broker, "live", false)).isEqualTo(ReasonCode.SUCCESS);
      live.acknowledge(4, live.receive(3).publishId());
      try (RawClient dying = broker.raw(4)) {
        dying.connect("dying", true, NOTHING, new RawClient.Will("a", "gone"));
        dying.receive(2);
        dying.reset();
      }
      TestBroker.soon().until(() -> dropped(broker) >= refused + 3);
      retain(sender, "live", 0, 2);
      assertThat(live.receive(3).topic()).as("delivered, if not kept").isEqualTo("live");
      assertThat(broker.broker().retained().size()).isEqualTo(1);
      retain(sender, "kept", 1);
      sender.receive(4);
      assertThat(broker.broker().retained().size()).as("what makes room is welcome").isZero();
      try (RawClient late = broker.raw(5).connect("late", true, 0, LASTING)) {
        assertThat(late.receive(2).at(1) & 0xFF).isEqualTo(QUOTA_EXCEEDED);
      }
      try (RawClient away = broker.raw(4).connect("away", false, 0)) {
        assertThat(away.receive(2).at(1)).as("return code").isZero();
        away.subscribe(2, "b", 1);
        while (away.receive().type() != 9) {
          // Messages come meanwhile, and are not acknowledged.
        }
        assertThat(broker.broker().subscriptionCount()).isEqualTo(2);
      }
    }
  }

  /** MQTT 5, with the retain flag. */
  private static void retain(RawClient sender, String topic, int qos, int... payload) {
    var body = new ByteArrayOutputStream();
    body.write(0);
    body.write(topic.length());
    body.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < qos; i++) {
      body.write(0);
      body.write(9);
    }
    body.write(0);
    for (int value : payload) {
      body.write(value);
    }
    sender.packet(0x31 | qos << 1, body.toByteArray());
  }

  private static ReasonCode byApi(TestBroker broker, String topic, boolean retain)
      throws Exception {
    return broker
        .broker()
        .actions()
        .publish(now -> new PublishMessage(TopicName.of(topic), LARGE, NOTHING, 1, retain, NEVER))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static long dropped(TestBroker broker) {
    return broker.broker().counters().toCompletableFuture().join().drops(DropReason.STORE_FULL);
  }

  /** What waits for the disk has a bound, and nobody is refused for that. */
  @Test
  void whoBringsMoreThanTheDiskTakesWaits() throws Exception {
    var disk = new GatedDisk(folder);
    int most = 5 * SMALL.length;
    var stores = new JournalStores(disk, new JournalConf(SEGMENT, 1L << 40, 0, most));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient sender = broker.raw(5).connected("sender", true);
        RawClient clean = broker.raw(4).connected("clean", true)) {
      try (RawClient away = broker.raw(4).connected("away", false)) {
        away.subscribe(1, "a", 1).receive(9);
      }
      clean.subscribe(1, "clean", 0).receive(9);
      disk.shut();
      for (int i = 1; i <= 6; i++) {
        sender.publish("a", 1, i, SMALL);
      }
      TestBroker.soon().until(() -> stores.figures().pendingBytes() > most);
      for (int i = 7; i <= 40; i++) {
        sender.publish("a", 1, i, SMALL);
      }
      clean.publish("clean", 0, 0, SMALL);
      assertThat(clean.receive(3).topic()).as("others are served").isEqualTo("clean");
      assertThat(stores.figures().pendingBytes()).isLessThan(4L * most);
      assertThat(stores.figures().full()).isFalse();
      disk.open();
      for (int i = 1; i <= 40; i++) {
        RawPacket answer = sender.receive(4);
        assertThat(answer.body().length > 2 ? answer.at(2) & 0xFF : 0).isLessThan(0x80);
      }
    }
  }

  /** Reason code of the answer. */
  private static int send(RawClient sender, String topic) {
    RawPacket answer = sender.publish(topic, 1, 1, LARGE).receive(4);
    return answer.body().length > 2 ? answer.at(2) & 0xFF : 0;
  }
}
