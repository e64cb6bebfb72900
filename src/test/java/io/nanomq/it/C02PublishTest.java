package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.nanomq.Soak;
import io.reactivex.Flowable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in bulk, at every QoS, through real clients: all of them, once, in order. */
@Timeout(120)
class C02PublishTest {
  private static final int MESSAGES = Soak.times(5_000);

  /** Paho's blocking client waits for each acknowledgement: a few are enough. */
  private static final int SINGLE = 1_000;

  // Paho logs each PUBCOMP. Kept here: the log manager holds loggers weakly.
  private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

  static {
    PAHO.setLevel(Level.WARNING);
  }

  private static byte[] bytes(int i) {
    return Integer.toString(i).getBytes(StandardCharsets.UTF_8);
  }

  private static int number(byte[] payload) {
    return Integer.parseInt(new String(payload, StandardCharsets.UTF_8));
  }

  /** The queue must not be what limits these: what is sent at once has to fit. */
  private static TestBroker broker() {
    return TestBroker.start(Limits.with("queues.length", 100_000));
  }

  private static void assertAllInOrder(ConcurrentLinkedQueue<Integer> seen) {
    TestBroker.soon().until(() -> seen.size() >= MESSAGES);
    assertThat(seen).containsExactlyElementsOf(IntStream.range(0, MESSAGES).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void hiveMqClientsOfMqtt5(int qos) {
    try (Unwatched quick = new Unwatched();
        TestBroker broker = broker()) {
      ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
      var subscriber = Hive.builder(broker, "subscriber").buildAsync();
      var publisher = Hive.builder(broker, "publisher").buildRx();
      subscriber.connect().join();
      subscriber
          .subscribeWith()
          .topicFilter("bulk/+")
          .qos(MqttQos.fromCode(qos))
          .callback(publish -> seen.add(number(publish.getPayloadAsBytes())))
          .send()
          .join();
      publisher.connect().blockingGet();
      var messages =
          Flowable.range(0, MESSAGES)
              .map(
                  i ->
                      Mqtt5Publish.builder()
                          .topic("bulk/5")
                          .qos(MqttQos.fromCode(qos))
                          .payload(bytes(i))
                          .build());
      assertThat(publisher.publish(messages).filter(r -> r.getError().isPresent()).count())
          .satisfies(failed -> assertThat(failed.blockingGet()).isZero());
      assertAllInOrder(seen);
      publisher.disconnect().blockingAwait();
      subscriber.disconnect().join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void hiveMqClientsOfMqtt3(int qos) {
    try (Unwatched quick = new Unwatched();
        TestBroker broker = broker()) {
      ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
      var builder =
          MqttClient.builder()
              .useMqttVersion3()
              .serverHost(TestBroker.HOST)
              .serverPort(broker.port());
      var subscriber = builder.identifier("subscriber").buildAsync();
      var publisher = builder.identifier("publisher").buildRx();
      subscriber.connect().join();
      subscriber
          .subscribeWith()
          .topicFilter("bulk/#")
          .qos(MqttQos.fromCode(qos))
          .callback(publish -> seen.add(number(publish.getPayloadAsBytes())))
          .send()
          .join();
      publisher.connect().blockingGet();
      var messages =
          Flowable.range(0, MESSAGES)
              .map(
                  i ->
                      Mqtt3Publish.builder()
                          .topic("bulk/3")
                          .qos(MqttQos.fromCode(qos))
                          .payload(bytes(i))
                          .build());
      publisher.publish(messages).ignoreElements().blockingAwait();
      assertAllInOrder(seen);
      publisher.disconnect().blockingAwait();
      subscriber.disconnect().join();
    }
  }

  @ParameterizedTest
  @CsvSource({"3,0", "3,1", "3,2", "4,0", "4,1", "4,2"})
  void fromPahoOfOldVersionsToPahoOfMqtt5(int version, int qos) throws Exception {
    try (TestBroker broker = broker()) {
      String uri = "tcp://" + TestBroker.HOST + ":" + broker.port();
      ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
      var subscriber = new org.eclipse.paho.mqttv5.client.MqttClient(uri, "subscriber", null);
      subscriber.connect();
      IMqttMessageListener listener = (topic, message) -> seen.add(number(message.getPayload()));
      subscriber.subscribe(
          new MqttSubscription[] {new MqttSubscription("bulk", qos)},
          new IMqttMessageListener[] {listener});
      var publisher = new org.eclipse.paho.client.mqttv3.MqttClient(uri, "publisher", null);
      var options = new org.eclipse.paho.client.mqttv3.MqttConnectOptions();
      options.setMqttVersion(version);
      options.setMaxInflight(1_000);
      publisher.connect(options);
      for (int i = 0; i < SINGLE; i++) {
        publisher.publish("bulk", bytes(i), qos, false);
      }
      TestBroker.soon().until(() -> seen.size() >= SINGLE);
      assertThat(seen).containsExactlyElementsOf(IntStream.range(0, SINGLE).boxed().toList());
      publisher.disconnect();
      publisher.close();
      subscriber.disconnect();
      subscriber.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void largePayloadsArriveWhole(int qos) {
    try (TestBroker broker = broker();
        Hive publisher = Hive.connected(broker, "publisher").subscribe("large", qos);
        Hive other = Hive.connected(broker, "other").subscribe("large", qos)) {
      for (int size : List.of(1, 127, 128, 16_383, 16_384, 70_000, 1_000_000)) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
          payload[i] = (byte) (i * 31 + size);
        }
        publisher
            .client()
            .publishWith()
            .topic("large")
            .qos(MqttQos.fromCode(qos))
            .payload(payload)
            .send();
        assertThat(publisher.next().getPayloadAsBytes()).isEqualTo(payload);
        assertThat(other.next().getPayloadAsBytes()).isEqualTo(payload);
      }
    }
  }

  @Test
  void qos2IsPublishedOnceHoweverOftenItIsSent() {
    try (TestBroker broker = broker();
        RawClient sender = broker.raw(4).connected("sender", false);
        Hive subscriber = Hive.connected(broker, "subscriber").subscribe("twice", 2)) {
      sender.publish("twice", 2, 5, bytes(1)).receive(5);
      sender.publish("twice", 2, 5, bytes(1)).receive(5);
      sender.close();
      try (RawClient again = broker.raw(4).connect("sender", false, 0)) {
        again.receive(2);
        again.publish("twice", 2, 5, bytes(1)).receive(5);
        again.acknowledge(6, 5).receive(7);
        again.acknowledge(6, 5).receive(7);
        again.publish("twice", 2, 5, bytes(2)).receive(5);
        subscriber.next("1");
        subscriber.next("2");
        subscriber.assertNothingMore();
      }
    }
  }

  @Test
  void nobodyToSendItToIsTold() {
    try (TestBroker broker = broker();
        RawClient sender = broker.raw(5).connected("sender", true)) {
      assertThat(sender.publish("void", 1, 1, bytes(1)).receive(4).at(2)).isEqualTo(0x10);
      assertThat(sender.publish("void", 2, 2, bytes(1)).receive(5).at(2)).isEqualTo(0x10);
    }
  }

  @Test
  void aPublisherIsSlowedWhileTheOtherLoopLagsAndNothingIsLost() throws Exception {
    int messages = 60_000;
    CountDownLatch release = new CountDownLatch(1);
    try (Unwatched quick = new Unwatched();
        TestBroker broker = broker();
        RawClient subscriber = broker.rawOn(1, "subscriber");
        RawClient bystander = broker.rawOn(0, "bystander");
        RawClient publisher = broker.rawOn(0, "publisher")) {
      subscriber.subscribe(1, "flood", 1).receive(9);
      var lagging = broker.broker().sessions().find("subscriber").loop().eventLoop();
      lagging.execute(() -> awaitQuietly(release));
      Thread writer = new Thread(() -> flood(publisher, messages));
      writer.start();
      Thread reader = new Thread(() -> expectAcknowledgements(publisher, messages));
      reader.start();
      // Once it is slowed it has not sent all, and what it has sent does not grow.
      TestBroker.soon().until(() -> received(broker, "publisher") > 16_384);
      long slowed = settled(broker, bystander);
      assertThat(slowed).isLessThan(messages / 2);
      release.countDown();
      for (int i = 0; i < messages; i++) {
        RawPacket publish = subscriber.receive(3);
        assertThat(number(publish.payload(4).getBytes(StandardCharsets.UTF_8))).isEqualTo(i);
        subscriber.acknowledge(4, publish.publishId());
      }
      reader.join();
      writer.join();
    } finally {
      release.countDown();
    }
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void flood(RawClient publisher, int messages) {
    publisher.hold();
    for (int i = 0; i < messages; i++) {
      publisher.publish("flood", 1, 1 + i % 65_535, bytes(i));
    }
    publisher.release();
  }

  private static void expectAcknowledgements(RawClient publisher, int messages) {
    for (int i = 0; i < messages; i++) {
      assertThat(publisher.receive(4).packetId()).isEqualTo(1 + i % 65_535);
    }
  }

  private static long received(TestBroker broker, String clientId) {
    var client = broker.broker().sessions().client(clientId).toCompletableFuture().join().get(0);
    return client.publishesReceived();
  }

  /** What the publisher has sent once that stays the same for a hundred turns of its loop. */
  private static long settled(TestBroker broker, RawClient bystander) {
    long before = -1;
    long now = received(broker, "publisher");
    while (now != before) {
      before = now;
      for (int i = 0; i < 100; i++) {
        bystander.assertNothingMore();
      }
      now = received(broker, "publisher");
    }
    return now;
  }

  @Test
  void aBurstToAThousandSubscribersLetsOthersThrough() {
    int subscribers = 1_000;
    int burst = 100;
    try (Unwatched quick = new Unwatched();
        TestBroker broker = broker();
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient bystander = broker.rawOn(0, "bystander0");
        RawClient otherBystander = broker.rawOn(1, "bystander1")) {
      RawClient[] all = new RawClient[subscribers];
      for (int i = 0; i < subscribers; i++) {
        all[i] = broker.raw(4 + i % 2).connected("subscriber" + i, true);
        all[i].subscribe(1, "burst", 0).receive(9);
      }
      publisher.hold();
      for (int i = 0; i < burst; i++) {
        publisher.publish("burst", 0, 0, bytes(i));
      }
      publisher.release();
      long slowest = 0;
      for (int i = 0; i < 100; i++) {
        long start = System.nanoTime();
        bystander.assertNothingMore();
        otherBystander.assertNothingMore();
        slowest = Math.max(slowest, System.nanoTime() - start);
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(slowest)).isLessThan(10_000);
      for (int s = 0; s < subscribers; s++) {
        for (int i = 0; i < burst; i++) {
          assertThat(all[s].receive(3).payload(4 + s % 2)).isEqualTo(Integer.toString(i));
        }
        all[s].close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 20_000, 70_000})
  void socketsThatBreakWhileTheyAreWrittenToDisturbNobodyElse(int payloadBytes) {
    int pairs = 40;
    CountDownLatch release = new CountDownLatch(1);
    try (TestBroker broker = TestBroker.start(1, false, Limits.with());
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient witness = broker.raw(4).connected("witness", true)) {
      witness.subscribe(1, "will", 1).receive(9);
      RawClient[] victims = new RawClient[pairs];
      RawClient[] survivors = new RawClient[pairs];
      for (int i = 0; i < pairs; i++) {
        victims[i] = broker.raw(4);
        var will = new RawClient.Will("will", "victim" + i);
        victims[i].connect("victim" + i, true, new byte[0], will).receive(2);
        victims[i].subscribe(1, "large", 0).receive(9);
        survivors[i] = broker.raw(4).connected("survivor" + i, true);
        survivors[i].subscribe(1, "large", 0).receive(9);
      }
      // What comes first while the loop is held up is what it meets first: it writes to sockets
      // that are broken, and does not know it yet.
      var loop = broker.broker().sessions().find("publisher").loop().eventLoop();
      loop.execute(() -> awaitQuietly(release));
      publisher.publish("large", 0, 0, new byte[payloadBytes]).publish("large", 0, 0, bytes(2));
      for (RawClient victim : victims) {
        victim.reset();
      }
      release.countDown();
      for (RawClient survivor : survivors) {
        assertThat(survivor.receive(3).payload(4)).hasSize(payloadBytes);
        assertThat(survivor.receive(3).payload(4)).isEqualTo("2");
        survivor.assertNothingMore();
        survivor.close();
      }
      for (int i = 0; i < pairs; i++) {
        assertThat(witness.receive(3).payload(4)).startsWith("victim");
      }
    }
  }
}
