package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queues of durable sessions that are longer than what of them is in memory. */
@Timeout(120)
class C36PagedQueueTest {
  private static final int SEGMENT = 1 << 20;
  private static final int BATCH = 50;
  private static final int WAITING = 3_000;

  @TempDir Path folder;

  private JournalStores stores(long indexBytes) throws IOException {
    var conf = new JournalConf(SEGMENT, 1L << 40, 1_000);
    return new JournalStores(new FileDisk(folder), conf, indexBytes);
  }

  private TestBroker start() throws Exception {
    var conf = Confs.conf("mqtt.max_mqueue_len = 100000").mqtt();
    return TestBroker.start(conf, stores(Long.MAX_VALUE));
  }

  private static void begin(TestBroker broker, String clientId, String filter) {
    try (RawClient client = broker.raw(4).connected(clientId, false)) {
      client.subscribe(1, filter, 2).receive(9);
    }
  }

  private static byte[] payload(int number) {
    return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
  }

  /** Each once, and in order. */
  private static void take(RawClient client, int from, int to) {
    for (int i = from; i < to; i++) {
      RawPacket packet = client.receive(3);
      assertThat(packet.payload(4)).isEqualTo(String.valueOf(i));
      client.acknowledge(4, packet.publishId());
    }
  }

  private static RawClient resume(TestBroker broker, String clientId) {
    RawClient client = broker.raw(4).connect(clientId, false, 0);
    assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
    return client;
  }

  @Test
  void whatIsOnDiskComesInOrderAndOnce() throws Exception {
    try (TestBroker broker = start()) {
      begin(broker, "away", "q");
      publish(broker, 0, WAITING);
      try (RawClient client = resume(broker, "away")) {
        take(client, 0, WAITING / 2);
        publish(broker, WAITING, WAITING + 500);
        take(client, WAITING / 2, WAITING + 500);
        client.assertNothingMore();
      }
    }
  }

  private static void publish(TestBroker broker, int from, int to) {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      for (int first = from; first < to; first += BATCH) {
        for (int i = first; i < first + BATCH; i++) {
          sender.publish("q", 1, i - first + 1, payload(i));
        }
        for (int i = 1; i <= BATCH; i++) {
          sender.receive(4);
        }
      }
    }
  }

  @Test
  void whatComesWhileAPageIsReadIsNotTakenForMissing() throws Exception {
    try (TestBroker broker = start()) {
      begin(broker, "away", "q");
      publish(broker, 0, 1_000);
      try (RawClient client = resume(broker, "away")) {
        var more = CompletableFuture.runAsync(() -> publish(broker, 1_000, WAITING));
        take(client, 0, WAITING);
        more.get(60, TimeUnit.SECONDS);
        client.assertNothingMore();
      }
    }
  }

  @Test
  void whatIsOnDiskComesInOrderAndOnceBehindARestart() throws Exception {
    TestBroker first = start();
    begin(first, "away", "q");
    publish(first, 0, WAITING);
    first.leave();
    TestBroker second = start();
    publish(second, WAITING, WAITING + 500);
    second.leave();
    try (TestBroker third = start();
        RawClient client = resume(third, "away")) {
      take(client, 0, WAITING + 500);
      client.assertNothingMore();
    }
  }

  @Test
  void aGroupsMessagesOnDiskGoToAnotherMemberWhenOneEnds() throws Exception {
    try (TestBroker broker = start()) {
      begin(broker, "one", "$share/g/q");
      publish(broker, 0, 600);
      begin(broker, "two", "$share/g/q");
      broker.raw(4).connected("one", true).close();
      try (RawClient client = resume(broker, "two")) {
        take(client, 0, 600);
        client.assertNothingMore();
      }
    }
  }

  @Test
  void aFullIndexRefusesAndNothingAcknowledgedIsLost() throws Exception {
    var conf = Confs.conf("mqtt.max_mqueue_len = 100000").mqtt();
    try (TestBroker broker = TestBroker.start(conf, stores(20_000))) {
      begin(broker, "away", "q");
      int acknowledged = 0;
      try (RawClient sender = broker.raw(5).connected("sender", true)) {
        boolean isRefused = false;
        while (!isRefused && acknowledged < WAITING) {
          sender.publish("q", 1, 1, payload(acknowledged));
          RawPacket answer = sender.receive(4);
          isRefused = answer.body().length > 2 && (answer.at(2) & 0xff) == 0x97;
          acknowledged += isRefused ? 0 : 1;
        }
        assertThat(isRefused).as("refused after %s", acknowledged).isTrue();
      }
      try (RawClient client = resume(broker, "away")) {
        take(client, 0, acknowledged);
        client.assertNothingMore();
      }
    }
  }
}
