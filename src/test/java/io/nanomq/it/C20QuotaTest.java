package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.model.MqttConf.Quotas;
import io.nanomq.metrics.DropReason;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one user may have: sessions, subscriptions, bytes. */
class C20QuotaTest {
  private static final byte[] KEPT = {0x11, 0, 0, 0, 100};

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  private void quotas(int sessions, int subscriptions, long bytes) {
    broker.apply(
        conf ->
            Copy.of(
                conf, "mqtt", Limits.with("quotas", new Quotas(sessions, subscriptions, bytes))));
  }

  @Test
  void aSessionMoreIsRefusedAndOneThatIsThereIsNot() {
    quotas(2, 0, 0);
    try (RawClient away = broker.raw(5)) {
      assertThat(away.connect("away", false, 0, KEPT).isAccepted()).isTrue();
    }
    try (RawClient here = broker.raw(5).connected("here", true)) {
      try (RawClient more = broker.raw(5)) {
        assertThat(more.connect("more", true, 0).receive(2).at(1)).isEqualTo(0x97);
      }
      try (RawClient older = broker.raw(4)) {
        assertThat(older.connect("older", true, 0).receive(2).at(1)).isEqualTo(3);
      }
      try (RawClient back = broker.raw(5)) {
        assertThat(back.connect("away", false, 0, KEPT).isAccepted()).isTrue();
      }
      try (RawClient anew = broker.raw(5)) {
        assertThat(anew.connect("away", true, 0).isAccepted()).isTrue();
      }
      here.assertNothingMore();
    }
    broker.awaitConnections(0);
    TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
    try (RawClient one = broker.raw(4).connected("one", true);
        RawClient two = broker.raw(4).connected("two", true)) {
      one.assertNothingMore();
      two.assertNothingMore();
    }
    assertThat(drops(DropReason.SESSION_LIMIT)).isEqualTo(2);
  }

  private long drops(DropReason reason) {
    return broker.broker().counters().toCompletableFuture().join().drops(reason);
  }

  @Test
  void usersAreCountedApart() {
    quotas(1, 0, 0);
    var users = Map.of("ann", "a", "bob", "b");
    broker.apply(
        conf -> {
          return Copy.of(
              conf,
              "mqtt",
              Limits.with("quotas", new Quotas(1, 0, 0)),
              "auth.allowAnonymous",
              false,
              "auth.users",
              users);
        });
    try (RawClient ann = broker.raw(4).connect("1", "ann", "a");
        RawClient bob = broker.raw(4).connect("2", "bob", "b");
        RawClient annAgain = broker.raw(4)) {
      assertThat(ann.isAccepted()).isTrue();
      assertThat(bob.isAccepted()).isTrue();
      assertThat(annAgain.connect("3", "ann", "a").receive(2).at(1)).isEqualTo(3);
      // With the identifier of somebody else it would be one more as well, who stays.
      try (RawClient thief = broker.raw(4)) {
        assertThat(thief.connect("2", "ann", "a").receive(2).at(1)).isEqualTo(3);
      }
      bob.assertNothingMore();
    }
  }

  @Test
  void subscriptionsOfAllSessionsCount() {
    quotas(0, 3, 0);
    try (RawClient one = broker.raw(5).connected("one", true);
        RawClient two = broker.raw(5).connected("two", true)) {
      assertThat(one.subscribe(1, "a", 0).receive(9).at(3)).isZero();
      assertThat(one.subscribe(2, "b", 0).receive(9).at(3)).isZero();
      assertThat(two.subscribe(1, "c", 0).receive(9).at(3)).isZero();
      assertThat(two.subscribe(2, "d", 0).receive(9).at(3)).isEqualTo(0x97);
      // The same again is none more.
      assertThat(two.subscribe(3, "c", 1).receive(9).at(3)).isEqualTo(1);
      one.close();
      TestBroker.soon().until(() -> broker.broker().sessions().size() == 1);
      assertThat(two.subscribe(4, "d", 0).receive(9).at(3)).isZero();
      assertThat(two.subscribe(5, "e", 0).receive(9).at(3)).isZero();
      byte[] unsubscribe = {0, 6, 0, 0, 1, 'e'};
      two.packet(0xA2, unsubscribe).receive(11);
      assertThat(two.subscribe(7, "f", 0).receive(9).at(3)).isZero();
    }
  }

  @Test
  void bytesCountWhateverTheyAreKeptFor() {
    quotas(0, 0, 64 * 1024);
    byte[] payload = new byte[10 * 1024];
    try (RawClient client = broker.raw(5).connected("c", true)) {
      int kept = 0;
      for (int i = 1; i <= 8; i++) {
        byte[] body = new byte[6 + payload.length];
        body[1] = 1;
        body[2] = (byte) ('0' + i);
        body[4] = (byte) i;
        RawPacket ack = client.packet(0x33, body).receive(4);
        kept += ack.body().length > 2 && ack.at(2) == 0x97 ? 0 : 1;
      }
      assertThat(kept).isEqualTo(6);
      quotas(0, 0, 0);
      assertThat(client.publish("t", 1, 9, payload).receive(4).packetId()).isEqualTo(9);
    }
  }
}
