package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.metrics.DropReason;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.rule.RuleFigures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk and what the broker publishes later than somebody brought it: nobody can be refused
 * any more, so that it is dropped and counted, what need not be stored goes on, and it heals.
 */
@Timeout(120)
class C32FullDiskLaterTest {
  private static final int SEGMENT = 1 << 20;
  private static final int PUBACK = 4;
  private static final byte[] X = {'x'};
  private static final byte[] LARGE = new byte[100_000];

  @TempDir Path folder;
  private JournalStores stores;
  private TestBroker broker;
  private RawClient sender;
  private RawClient live;
  private int kept;

  @BeforeEach
  void fill() throws Exception {
    stores = new JournalStores(new FileDisk(folder), new JournalConf(SEGMENT, SEGMENT, 0));
    broker = TestBroker.start(2, stores);
    sender = broker.raw(5).connected("sender", true);
    live = broker.raw(4).connected("live", true);
    live.subscribe(1, "live", 1).receive(9);
    try (RawClient away = broker.raw(4).connected("away", false)) {
      away.subscribe(1, "a", 1).receive(9);
    }
    while (send("a", LARGE) < 0x80) {
      kept++;
    }
  }

  @AfterEach
  void stop() {
    sender.close();
    live.close();
    broker.close();
  }

  @Test
  void whatWasDelayedIsDroppedAndCounted() {
    long before = dropped();
    assertThat(send("$delayed/0/a", X)).as("it is not stored before its time").isLessThan(0x80);
    TestBroker.soon().until(() -> dropped() == before + 1);
    assertThat(send("$delayed/0/live", X)).isLessThan(0x80);
    assertThat(takeLive()).isEqualTo("live");
    RawClient away = takeAll();
    assertThat(send("$delayed/0/a", X)).isLessThan(0x80);
    assertThat(away.receive(3).payload(4)).isEqualTo("x");
    assertThat(dropped()).isEqualTo(before + 1);
    away.close();
  }

  @Test
  void whatRulesMakeCountsAsFailed() throws Exception {
    broker.reconfigure(
        Confs.load(
                """
                rules.repub.rules = [
                  {topic = "a", sql = "SELECT topic FROM \\"in\\""}
                  {topic = "live", sql = "SELECT topic FROM \\"in\\""}
                ]
                """)
            .conf());
    assertThat(send("in", X)).as("the message itself").isLessThan(0x80);
    assertThat(takeLive()).isEqualTo("live");
    TestBroker.soon().until(() -> figures().get(0).failed() == 1);
    assertThat(figures().get(0).passed()).isZero();
    assertThat(figures().get(0).error()).contains("room");
    assertThat(figures().get(1).passed()).isEqualTo(1);
    RawClient away = takeAll();
    send("in", X);
    assertThat(away.receive(3).payload(4)).isEqualTo("{\"topic\":\"in\"}");
    assertThat(takeLive()).isEqualTo("live");
    away.close();
  }

  private List<RuleFigures> figures() {
    return broker.broker().integrations().rules().status().stream()
        .map(each -> each.figures())
        .toList();
  }

  private long dropped() {
    return broker.broker().counters().toCompletableFuture().join().drops(DropReason.STORE_FULL);
  }

  /** Reason code of the answer. */
  private int send(String topic, byte[] payload) {
    RawPacket answer = sender.publish(topic, 1, 1, payload).receive(PUBACK);
    return answer.body().length > 2 ? answer.at(2) & 0xFF : 0;
  }

  private String takeLive() {
    RawPacket message = live.receive(3);
    live.acknowledge(PUBACK, message.publishId());
    return message.topic();
  }

  /** Takes what waits, and stays until there is room again. */
  private RawClient takeAll() {
    RawClient away = broker.raw(4).connected("away", false);
    for (int i = 0; i < kept; i++) {
      away.acknowledge(PUBACK, away.receive(3).publishId());
    }
    TestBroker.soon().until(() -> !stores.figures().full());
    return away;
  }
}
