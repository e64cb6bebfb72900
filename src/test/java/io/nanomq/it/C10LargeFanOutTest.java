package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large messages for many who do not read them yet. */
@Timeout(120)
class C10LargeFanOutTest {
  private static final int SUBSCRIBERS = 48;
  private static final int BYTES = 900_000;
  private static final int PUBACK = 4;
  private static final int SUBACK = 9;

  // Room for four such messages on each of two loops.
  private final MemoryBudgets budgets = new MemoryBudgets(64_000_000, 21_000_000);

  private static String payload(int seed) {
    StringBuilder payload = new StringBuilder(BYTES);
    new Random(seed).ints(BYTES, 'a', 'z').forEach(letter -> payload.append((char) letter));
    return payload.toString();
  }

  private static byte[] bytes(int seed) {
    return payload(seed).getBytes(StandardCharsets.US_ASCII);
  }

  private static void publish(RawClient publisher, int seed) {
    publisher.publish("large", 1, seed, bytes(seed));
    assertThat(publisher.receive(PUBACK).packetId()).isEqualTo(seed);
  }

  private static RawClient client(TestBroker broker, String listener) {
    return listener.equals("ws") ? broker.rawWebSocket(4) : broker.raw(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "ws"})
  void whatManyWaitForIsKeptOnceAndComesWhole(String listener) {
    List<RawClient> deaf = new ArrayList<>();
    try (TestBroker broker = TestBroker.start(MqttConf.defaults(), TestStores.usual(), budgets);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      try {
        for (int i = 0; i < SUBSCRIBERS; i++) {
          deaf.add(client(broker, listener).connected("deaf-" + i, true));
          deaf.get(i).subscribe(1, "large", 0).receive(SUBACK);
        }
        publish(publisher, 1);
        // Once for each loop that has subscribers, and some bytes around it for each of them.
        TestBroker.soon()
            .untilAsserted(
                () ->
                    assertThat(budgets.of(Purpose.OUTPUT).held())
                        .isBetween((long) BYTES, 2L * BYTES + SUBSCRIBERS * 1_000));
        publish(publisher, 2);
        for (RawClient client : deaf) {
          assertThat(client.receive().payload(4)).isEqualTo(payload(1));
          assertThat(client.receive().payload(4)).isEqualTo(payload(2));
        }
        TestBroker.soon().until(() -> budgets.of(Purpose.OUTPUT).held() == 0);
        assertThat(drops(broker, DropReason.OUTPUT_LIMIT)).isZero();
      } finally {
        deaf.forEach(RawClient::close);
      }
    }
  }

  private static long drops(TestBroker broker, DropReason reason) {
    return broker.broker().counters().toCompletableFuture().join().drops(reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whereEachWaitsForAnotherOneTheKernelTakesWhatHasNoRoom(int version) {
    List<RawClient> deaf = new ArrayList<>();
    try (TestBroker broker = TestBroker.start(MqttConf.defaults(), TestStores.usual(), budgets);
        RawClient publisher = broker.raw(version).connected("publisher", true)) {
      try {
        for (int i = 0; i < SUBSCRIBERS; i++) {
          deaf.add(broker.raw(version).connected("deaf-" + i, true));
          deaf.get(i).subscribe(1, "each/" + i, 0).receive(SUBACK);
        }
        for (int i = 0; i < SUBSCRIBERS; i++) {
          publisher.publish("each/" + i, 0, 0, bytes(i));
        }
        publisher.send(0xC0, 0);
        publisher.receive(13);
        for (int i = 0; i < SUBSCRIBERS; i++) {
          assertThat(deaf.get(i).receive().payload(version)).as("%d", i).isEqualTo(payload(i));
        }
        assertThat(drops(broker, DropReason.OUTPUT_LIMIT)).isZero();
      } finally {
        deaf.forEach(RawClient::close);
      }
    }
  }
}
