package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of limits and of times, by their present and their former names, as clients see them. */
@Timeout(120)
class C40LimitKeysTest {
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int SUBACK = 9;
  private static final int DISCONNECT = 14;
  private static final int QUOTA_EXCEEDED = 0x97;

  private final AtomicLong aheadMillis = new AtomicLong();
  private final TestBroker broker = TestBroker.start(aheadMillis::get);

  @AfterEach
  void close() {
    broker.close();
  }

  private void apply(String text) throws Exception {
    broker.reconfigure(Confs.load(text + "\n").conf());
  }

  /** Sooner than by default, which is 30 s. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "qos_duration=5",
        "mqtt.retry_interval = 5s",
        "mqtt { session { qos_duration = 5s } }"
      })
  void whatIsNotAcknowledgedIsSentAgain(String text) throws Exception {
    apply(text);
    try (RawClient client = broker.raw(4).connected("c", true)) {
      client.subscribe(1, "t", 1).receive(SUBACK);
      client.publish("t", 0, 0, new byte[1]).publish("t", 1, 7, new byte[1]);
      assertThat(client.receive(PUBLISH).isDup()).isFalse();
      int id = client.receive(PUBLISH).publishId();
      client.receive(PUBACK);
      aheadMillis.addAndGet(6_000);
      RawPacket again = client.receive(PUBLISH);
      assertThat(again.isDup()).isTrue();
      assertThat(again.publishId()).isEqualTo(id);
    }
  }

  /** Half of its keep alive, and not one and a half times. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "keepalive_backoff=0.5",
        "keepalive_backoff=500",
        "mqtt { session { keepalive_backoff = 500 } }"
      })
  void whoIsSilentForHalfOfItsKeepAliveIsLeft(String text) throws Exception {
    apply("mqtt.max_mqueue_len = 1024");
    assertThat(isLeftAfterSixOf(200)).isFalse();
    apply(text);
    assertThat(isLeftAfterSixOf(200)).isTrue();
  }

  private boolean isLeftAfterSixOf(int keepAlive) {
    try (RawClient client = broker.raw(4)) {
      client.connect("c", true, keepAlive).receive(CONNACK);
      aheadMillis.addAndGet(TimeUnit.SECONDS.toMillis(keepAlive) * 6 / 10);
      return client.isClosedWithin(1_500);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sticky", "hash_topic"})
  void oneOfTwoGetsAllAndNotEachOneHalf(String strategy) throws Exception {
    try (RawClient one = broker.raw(4).connected("one", true);
        RawClient two = broker.raw(4).connected("two", true)) {
      one.subscribe(1, "$share/g/t", 0).receive(SUBACK);
      two.subscribe(1, "$share/g/t", 0).receive(SUBACK);
      assertThat(shares(one, two)).containsOnlyKeys(one.hashCode(), two.hashCode());
      apply("mqtt.shared_subscription_strategy = " + strategy);
      assertThat(shares(one, two)).hasSize(1);
    }
  }

  /** How many each of them gets of six. */
  private Map<Integer, Integer> shares(RawClient... members) {
    try (RawClient publisher = broker.raw(4).connected("p", true)) {
      for (int i = 1; i <= 6; i++) {
        publisher.publish("t", 1, i, new byte[1]).receive(PUBACK);
      }
    }
    Map<Integer, Integer> shares = new TreeMap<>();
    for (RawClient member : members) {
      // The second is answered behind whatever the first may have overtaken.
      for (int ping = 0; ping < 2; ping++) {
        member.send(0xC0, 0);
        while (member.receive().type() == PUBLISH) {
          shares.merge(member.hashCode(), 1, Integer::sum);
        }
      }
    }
    assertThat(shares.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(6);
    return shares;
  }

  /** rate.bytes and rate.action. */
  @Test
  void whoSendsMoreIsDisconnectedWhereThatIsWanted() throws Exception {
    apply("rate.bytes=1\nrate.action=disconnect");
    try (RawClient client = broker.raw(5).connected("c", true)) {
      client.hold();
      for (int i = 1; i <= 200; i++) {
        client.publish("t", 1, i, new byte[100]);
      }
      RawPacket packet = client.release().receive();
      while (packet.type() == PUBACK) {
        packet = client.receive();
      }
      assertThat(packet.type()).isEqualTo(DISCONNECT);
      assertThat(packet.at(0)).isEqualTo(0x96);
    }
  }

  /** The action is to be slow by default: all are answered, in two seconds and more. */
  @Test
  void whoSendsMoreIsReadFromSlowly() throws Exception {
    apply("mqtt.rate.bytes = 1KB");
    try (RawClient client = broker.raw(5).connected("c", true)) {
      long start = System.nanoTime();
      for (int i = 1; i <= 3; i++) {
        client.publish("t", 1, i, new byte[1_000]);
      }
      for (int i = 1; i <= 3; i++) {
        client.receive(PUBACK);
      }
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }
  }

  @Test
  void aClientGetsSoManyASecond() throws Exception {
    apply("rate.deliveries=1");
    try (RawClient client = broker.raw(4).connected("c", true)) {
      client.subscribe(1, "t", 0).receive(SUBACK);
      long start = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        client.publish("t", 0, 0, new byte[1]);
      }
      for (int i = 0; i < 3; i++) {
        client.receive(PUBLISH);
      }
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }
  }

  @Test
  void aUserMayHaveSoManyBytesKept() throws Exception {
    apply("max_bytes_per_user=64");
    try (RawClient client = broker.raw(5).connected("c", true)) {
      int kept = 0;
      for (int i = 1; i <= 8; i++) {
        byte[] body = new byte[6 + 10 * 1024];
        body[1] = 1;
        body[2] = (byte) ('0' + i);
        body[4] = (byte) i;
        RawPacket ack = client.packet(0x33, body).receive(PUBACK);
        kept += ack.body().length > 2 && ack.at(2) == QUOTA_EXCEEDED ? 0 : 1;
      }
      assertThat(kept).isBetween(1, 6);
    }
  }

  /** max_count, ban_time and window_time, each of a second: by default they are minutes. */
  @Test
  void whoComesTooOftenIsKeptOutForAWhile() throws Exception {
    apply("flapping_detect { max_count = 1, window_time = 1s, ban_time = 1s }");
    TestBroker.soon().until(() -> !isLetIn());
    TestBroker.soon().until(this::isLetIn);
    long since = Instant.now().getEpochSecond();
    TestBroker.soon().until(() -> Instant.now().getEpochSecond() > since + 1);
    assertThat(isLetIn()).as("in a window of its own").isTrue();
  }

  private boolean isLetIn() {
    try (RawClient client = broker.raw(5).connect("often", true, 0)) {
      return client.receive(CONNACK).at(1) == 0;
    }
  }
}
