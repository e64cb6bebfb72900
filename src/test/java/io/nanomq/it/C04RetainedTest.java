package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retained messages: kept, replaced, cleared, expired, and replayed to new subscriptions. */
@Timeout(60)
class C04RetainedTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Mqtt5Subscription subscription(
      String filter, Mqtt5RetainHandling handling, boolean retainAsPublished) {
    return Mqtt5Subscription.builder()
        .topicFilter(filter)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retainHandling(handling)
        .retainAsPublished(retainAsPublished)
        .build();
  }

  @Test
  void theLastOneIsKeptUntilAnEmptyOneComes() {
    try (TestBroker broker = TestBroker.start();
        Hive publisher = Hive.connected(broker, "publisher")) {
      publisher.publish("r", 1, "first", true);
      publisher.publish("r", 2, "second", true);
      publisher.publish("r", 1, "not retained", false);
      try (Hive subscriber = Hive.connected(broker, "subscriber").subscribe("r", 2)) {
        Mqtt5Publish publish = subscriber.next("second");
        assertThat(publish.isRetain()).isTrue();
        assertThat(publish.getQos()).isEqualTo(MqttQos.EXACTLY_ONCE);
        publisher.publish("r", 1, "", true);
        assertThat(subscriber.next("").isRetain()).isFalse();
      }
      try (Hive late = Hive.connected(broker, "late").subscribe("r", 2)) {
        late.assertNothingMore();
      }
      assertThat(broker.broker().retained().size()).isZero();
    }
  }

  @Test
  void retainHandlingSaysWhenTheyAreSent() {
    try (TestBroker broker = TestBroker.start();
        Hive publisher = Hive.connected(broker, "publisher");
        Hive always = Hive.connected(broker, "always");
        Hive ifNew = Hive.connected(broker, "new");
        Hive never = Hive.connected(broker, "never")) {
      publisher.publish("h", 1, "kept", true);
      for (int i = 0; i < 2; i++) {
        always.subscribe(subscription("h", Mqtt5RetainHandling.SEND, false));
        ifNew.subscribe(
            subscription("h", Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST, false));
        never.subscribe(subscription("h", Mqtt5RetainHandling.DO_NOT_SEND, false));
      }
      always.next("kept");
      always.next("kept");
      ifNew.next("kept");
      always.assertNothingMore();
      ifNew.assertNothingMore();
      never.assertNothingMore();
    }
  }

  @Test
  void retainAsPublishedKeepsTheFlagOfLiveMessages() {
    try (TestBroker broker = TestBroker.start();
        Hive publisher = Hive.connected(broker, "publisher");
        Hive keeps = Hive.connected(broker, "keeps");
        Hive clears = Hive.connected(broker, "clears")) {
      keeps.subscribe(subscription("p", Mqtt5RetainHandling.SEND, true));
      clears.subscribe(subscription("p", Mqtt5RetainHandling.SEND, false));
      publisher.publish("p", 1, "live", true);
      publisher.publish("p", 1, "plain", false);
      assertThat(keeps.next("live").isRetain()).isTrue();
      assertThat(keeps.next("plain").isRetain()).isFalse();
      assertThat(clears.next("live").isRetain()).isFalse();
      assertThat(clears.next("plain").isRetain()).isFalse();
    }
  }

  @Test
  void wildcardsReplayWhatMatches() {
    try (TestBroker broker = TestBroker.start();
        Hive publisher = Hive.connected(broker, "publisher")) {
      for (String topic : Set.of("a", "a/b", "a/b/c", "a/x/c", "b/b", "$own/b")) {
        publisher.publish(topic, 1, topic, true);
      }
      assertThat(replayed(broker, "#", 5)).containsExactly("a", "a/b", "a/b/c", "a/x/c", "b/b");
      assertThat(replayed(broker, "a/#", 4)).containsExactly("a", "a/b", "a/b/c", "a/x/c");
      assertThat(replayed(broker, "a/+/c", 2)).containsExactly("a/b/c", "a/x/c");
      assertThat(replayed(broker, "+/b", 2)).containsExactly("a/b", "b/b");
      assertThat(replayed(broker, "+", 1)).containsExactly("a");
      assertThat(replayed(broker, "$own/+", 1)).containsExactly("$own/b");
      assertThat(replayed(broker, "a/b", 1)).containsExactly("a/b");
      assertThat(replayed(broker, "none/+", 0)).isEmpty();
    }
  }

  private static Set<String> replayed(TestBroker broker, String filter, int count) {
    Set<String> topics = new TreeSet<>();
    try (Hive subscriber = Hive.connected(broker, "subscriber").subscribe(filter, 1)) {
      for (int i = 0; i < count; i++) {
        topics.add(subscriber.next().getTopic().toString());
      }
      // The sentinel of this look-up would match "#".
      if (!filter.equals("#")) {
        subscriber.assertNothingMore();
      }
    }
    return topics;
  }

  @Test
  void theyExpire() {
    try (TestBroker broker = TestBroker.start();
        Hive publisher = Hive.connected(broker, "publisher")) {
      retainFor(publisher, "e/short", 1);
      retainFor(publisher, "e/long", 100);
      TestBroker.soon()
          .until(
              () -> {
                try (Hive subscriber = Hive.connected(broker, "subscriber").subscribe("e/+", 1)) {
                  Mqtt5Publish first = subscriber.next();
                  Mqtt5Publish last = first;
                  if (broker.broker().retained().size() == 2) {
                    last = subscriber.next();
                    return false;
                  }
                  assertThat(last.getTopic()).hasToString("e/long");
                  assertThat(last.getMessageExpiryInterval().orElseThrow()).isBetween(80L, 99L);
                  subscriber.assertNothingMore();
                  return true;
                }
              });
    }
  }

  private static void retainFor(Hive publisher, String topic, int seconds) {
    publisher
        .client()
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(bytes("x"))
        .retain(true)
        .messageExpiryInterval(seconds)
        .send();
  }

  @Test
  void noMoreTopicsThanAllowedAreKept() {
    try (TestBroker broker = TestBroker.start(Limits.with("broker.maxRetained", 2));
        RawClient publisher = broker.raw(5).connected("publisher", true)) {
      byte[] payload = {1};
      retain(publisher, "1", payload);
      retain(publisher, "2", payload);
      assertThat(retain(publisher, "3", payload).at(2)).isEqualTo(0x97);
      // Topics that are there may be changed, and make room when they go.
      assertThat(retain(publisher, "2", payload).at(2)).isEqualTo(0x10);
      retain(publisher, "1", new byte[0]);
      assertThat(retain(publisher, "3", payload).at(2)).isEqualTo(0x10);
      assertThat(broker.broker().retained().size()).isEqualTo(2);
    }
  }

  private static RawPacket retain(RawClient publisher, String topic, byte[] payload) {
    byte[] body = new byte[2 + topic.length() + 3 + payload.length];
    body[1] = (byte) topic.length();
    System.arraycopy(bytes(topic), 0, body, 2, topic.length());
    body[2 + topic.length() + 1] = 1;
    System.arraycopy(payload, 0, body, 2 + topic.length() + 3, payload.length);
    return publisher.packet(0x33, body).receive(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aHundredThousandAreReplayedWhileOthersAreServed(int qos) throws Exception {
    int messages = 100_000;
    try (Unwatched quick = new Unwatched();
        TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient subscriber = broker.rawOn(0, "subscriber");
        RawClient bystander = broker.rawOn(0, "bystander")) {
      retainAll(publisher, messages);
      assertThat(broker.broker().retained().size()).isEqualTo(messages);
      subscriber.subscribe(1, "#", qos).receive(9);
      CompletableFuture<Set<String>> topics =
          CompletableFuture.supplyAsync(() -> receive(subscriber, messages, qos));
      long slowest = 0;
      while (!topics.isDone()) {
        long start = System.nanoTime();
        bystander.assertNothingMore();
        slowest = Math.max(slowest, System.nanoTime() - start);
      }
      assertThat(topics.get(60, TimeUnit.SECONDS)).hasSize(messages);
      assertThat(TimeUnit.NANOSECONDS.toMillis(slowest)).isLessThan(10_000);
      subscriber.assertNothingMore();
    }
  }

  private static void retainAll(RawClient publisher, int count) {
    for (int i = 0; i < count; i += 5_000) {
      publisher.hold();
      retainMany(publisher, i, i + 5_000);
      publisher.release().assertNothingMore();
    }
  }

  private static void retainMany(RawClient publisher, int from, int to) {
    for (int i = from; i < to; i++) {
      String topic = "r/" + i % 1_000 + "/" + i;
      byte[] body = new byte[2 + topic.length() + 2];
      body[1] = (byte) topic.length();
      System.arraycopy(bytes(topic), 0, body, 2, topic.length());
      // PUBLISH at QoS 1 would have its identifier here: this is payload.
      body[2 + topic.length()] = 'x';
      publisher.packet(0x31, body);
    }
  }

  private static Set<String> receive(RawClient subscriber, int count, int qos) {
    Set<String> topics = new HashSet<>();
    for (int i = 0; i < count; i++) {
      RawPacket publish = subscriber.receive(3);
      assertThat(publish.isRetained()).isTrue();
      topics.add(publish.topic());
      if (qos > 0) {
        subscriber.acknowledge(4, publish.publishId());
      }
    }
    return topics;
  }

  @Test
  void largeLiveMessagesAndAReplayDoNotMixUp() {
    int live = 60;
    int retained = 60_000;
    try (TestBroker broker = TestBroker.start(1, false, Limits.with("queues.length", 10_000));
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient witness = broker.raw(4).connected("witness", true);
        RawClient subscriber = broker.raw(4).connected("subscriber", true)) {
      retainAll(publisher, retained);
      subscriber.subscribe(1, "live", 0).receive(9);
      witness.subscribe(1, "live", 0).receive(9);
      // Both at once: the replay is still under way when the first large message is delivered.
      CountDownLatch release = new CountDownLatch(1);
      var loop = broker.broker().sessions().find("publisher").loop().eventLoop();
      loop.execute(() -> C02PublishTest.awaitQuietly(release));
      subscriber.subscribe(1, "#", 0);
      publisher.publish("live", 0, 0, large(0));
      release.countDown();
      subscriber.receive(9);
      CompletableFuture<Void> published =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 1; i < live; i++) {
                  publisher.publish("live", 0, 0, large(i));
                }
              });
      CompletableFuture<Void> seen = CompletableFuture.runAsync(() -> expectLive(witness, live));
      int liveSeen = 0;
      int retainedSeen = 0;
      while (liveSeen < live || retainedSeen < retained) {
        RawPacket publish = subscriber.receive(3);
        if (publish.isRetained()) {
          assertThat(publish.topic()).startsWith("r/");
          retainedSeen++;
        } else {
          assertThat(publish.payload(4).equals(text(liveSeen++))).isTrue();
        }
      }
      seen.join();
      published.join();
    }
  }

  private static String text(int i) {
    return Character.toString('A' + i % 26).repeat(300_000);
  }

  private static byte[] large(int i) {
    return bytes(text(i));
  }

  private static void expectLive(RawClient witness, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(witness.receive(3).payload(4).equals(text(i))).as("message %d", i).isTrue();
    }
  }
}
