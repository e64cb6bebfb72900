package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.bridge.BridgeStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers whose bridges lead in circles: nothing comes back to where it was published. */
@Timeout(60)
class C25BridgeLoopTest {
  private static final byte[] X = "x".getBytes(StandardCharsets.UTF_8);
  private static final String OUT = "forwards = [\"t/#\"]\n";
  private static final String IN = "subscription = [{ remote_topic = \"t/#\", qos = 2 }]\n";

  private final List<TestBroker> brokers = new ArrayList<>();
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    // No bridge may lead to a broker that is gone, with messages that it waits for.
    brokers.forEach(broker -> broker.broker().bridges().stop().toCompletableFuture().join());
    brokers.forEach(TestBroker::close);
  }

  /** So many brokers, of which each has a bridge to the next one, and the last to the first. */
  private void ring(int count, int version, String rules) {
    for (int i = 0; i < count; i++) {
      brokers.add(TestBroker.start());
    }
    for (int i = 0; i < count; i++) {
      TestBroker next = brokers.get((i + 1) % count);
      String bridge =
          "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\", proto_ver = %d\n %s }"
              .formatted(next.port(), version, rules);
      brokers.get(i).apply(before -> BridgePeers.with(before, bridge));
    }
    brokers.forEach(broker -> awaitConnected(broker, "b"));
    brokers.forEach(this::awaitSubscribed);
  }

  /** The bridge that leads to a broker has subscribed there where it is to. */
  private void awaitSubscribed(TestBroker broker) {
    BridgeStatus status = status(broker, "b");
    int wanted = status.conf().forwards().size() + status.conf().subscriptions().size();
    TestBroker.soon().until(() -> broker.broker().subscriptionCount() == wanted);
  }

  private RawClient client(int broker) {
    RawClient client = brokers.get(broker).raw(5).connected("c" + broker, true);
    clients.add(client);
    client.subscribe(1, "t/#", 1).receive(9);
    return client;
  }

  private long stopped() {
    return brokers.stream().mapToLong(broker -> status(broker, "b").counts().looped()).sum();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void onceRoundARingOfThree(int qos) {
    ring(3, 5, OUT);
    List<RawClient> all = List.of(client(0), client(1), client(2));
    for (int from = 0; from < 3; from++) {
      all.get(from).publish("t/" + from, qos, qos == 0 ? 0 : 7, X);
    }
    // The third bridge on each way keeps it, since the next broker is where it began.
    TestBroker.soon().until(() -> stopped() == 3);
    for (TestBroker broker : brokers) {
      assertThat(status(broker, "b").counts().sent()).isEqualTo(2);
    }
  }

  @Test
  void fetchedRoundARingOfThree() {
    ring(3, 5, IN);
    RawClient origin = client(0);
    origin.publish("t/1", 0, 0, X);
    assertThat(origin.receive(3).topic()).isEqualTo("t/1");
    // 2 fetches it from 0, 1 from 2, and 0 sees that it was its own.
    TestBroker.soon().until(() -> stopped() == 1);
    origin.publish("t/end", 0, 0, X);
    assertThat(origin.receive(3).topic()).isEqualTo("t/end");
  }

  @Test
  void bothWaysRoundARingOfThree() {
    ring(3, 5, OUT + IN);
    RawClient origin = client(0);
    RawClient other = client(1);
    origin.publish("t/1", 0, 0, X);
    assertThat(origin.receive(3).topic()).isEqualTo("t/1");
    // Two ways lead to each of the others.
    assertThat(other.receive(3).topic()).isEqualTo("t/1");
    assertThat(other.receive(3).topic()).isEqualTo("t/1");
    origin.publish("t/end", 0, 0, X);
    assertThat(origin.receive(3).topic()).isEqualTo("t/end");
    assertThat(other.receive(3).topic()).isEqualTo("t/end");
  }

  /** Two ways lead to the other broker, and none back; before MQTT 5 no message can say so. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void twoBridgesEachBothWaysAreNoRing(int version) {
    ring(2, version, OUT + IN);
    RawClient here = client(0);
    RawClient there = client(1);
    for (String topic : List.of("t/1", "t/2", "t/end")) {
      here.publish(topic, 0, 0, X);
      assertThat(here.receive(3).topic()).isEqualTo(topic);
      assertThat(there.receive(3).topic()).isEqualTo(topic);
      assertThat(there.receive(3).topic()).isEqualTo(topic);
    }
  }

  /** One bridge, both ways: before MQTT 5 by the mark of the protocol level. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void nothingComesBackOverTheSameBridge(int version) {
    brokers.add(TestBroker.start());
    brokers.add(TestBroker.start());
    String bridge =
        "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\", proto_ver = %d\n %s }"
            .formatted(brokers.get(1).port(), version, OUT + IN);
    brokers.get(0).apply(before -> BridgePeers.with(before, bridge));
    awaitConnected(brokers.get(0), "b");
    TestBroker.soon().until(() -> brokers.get(1).broker().subscriptionCount() == 1);
    RawClient here = client(0);
    RawClient there = client(1);
    here.publish("t/1", 1, 1, X);
    assertThat(there.receive(3).topic()).isEqualTo("t/1");
    there.publish("t/2", 1, 1, X);
    // The PUBACK waits for the disk, where there is one.
    List<RawPacket> packets = Stream.generate(here::receive).limit(3).toList();
    assertThat(packets).filteredOn(each -> each.type() == 4).hasSize(1);
    assertThat(packets)
        .filteredOn(each -> each.type() == 3)
        .map(RawPacket::topic)
        .containsExactly("t/1", "t/2");
    assertThat(status(brokers.get(0), "b").counts().received()).isEqualTo(1);
    assertThat(status(brokers.get(0), "b").counts().sent()).isEqualTo(1);
  }

  /** Before MQTT 5 a message cannot say where it has been, but bridges say whose they are. */
  @ParameterizedTest
  @CsvSource({"4, 0", "4, 1", "4, 2", "3, 1"})
  void twoBridgesInOppositeDirectionsAreNoRing(int version, int qos) {
    ring(2, version, OUT);
    List<RawClient> both = List.of(client(0), client(1));
    for (int from = 0; from < 2; from++) {
      both.get(from).publish("t/" + from, qos, qos == 0 ? 0 : 7, X);
      long stoppedBefore = from;
      TestBroker.soon().until(() -> stopped() > stoppedBefore);
    }
    for (TestBroker broker : brokers) {
      assertThat(status(broker, "b").counts().sent()).isEqualTo(1);
      assertThat(status(broker, "b").counts().looped()).isEqualTo(1);
    }
  }

  /** One of MQTT 5 and one from before: what the older one brought is marked where it came in. */
  @Test
  void anOlderBridgeInARingOfThreeIsSeenThrough() {
    for (int i = 0; i < 3; i++) {
      brokers.add(TestBroker.start());
    }
    int[] versions = {4, 5, 5};
    for (int i = 0; i < 3; i++) {
      String bridge =
          "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\", proto_ver = %d\n %s }"
              .formatted(brokers.get((i + 1) % 3).port(), versions[i], OUT);
      brokers.get(i).apply(before -> BridgePeers.with(before, bridge));
    }
    brokers.forEach(broker -> awaitConnected(broker, "b"));
    client(0).publish("t/1", 1, 7, X);
    TestBroker.soon().until(() -> stopped() == 1);
    assertThat(status(brokers.get(2), "b").counts().looped()).isEqualTo(1);
    assertThat(status(brokers.get(0), "b").counts().sent()).isEqualTo(1);
  }

  /**
   * Before MQTT 5 nobody says who he is: it shows by the socket, with the mark or without. With
   * MQTT 5 whoever subscribes would get twice what the bridge fetches.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void aBridgeToItselfIsNotConnected(int version) {
    TestBroker broker = TestBroker.start();
    brokers.add(broker);
    String bridge =
        "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\", proto_ver = %d, backoff_min = 1ms"
            + "\n backoff_max = 0s, retry_qos_0 = true\n %s }";
    broker.apply(before -> BridgePeers.with(before, bridge.formatted(broker.port(), version, OUT)));
    TestBroker.soon().until(() -> status(broker, "b").lastError() != null);
    RawClient client = client(0);
    client.publish("t/1", 0, 0, X);
    assertThat(client.receive(3).topic()).isEqualTo("t/1");
    TestBroker.soon().until(() -> status(broker, "b").downSeconds() >= 1);
    assertThat(status(broker, "b").lastError()).contains("the other broker is this one");
    assertThat(status(broker, "b").counts().sent()).isZero();
  }

  /** RETAIN comes as it was published to a bridge that marks itself. */
  @Test
  void aBridgeBeforeMqtt5GetsRetainAsPublished() {
    brokers.add(TestBroker.start());
    brokers.add(TestBroker.start());
    String bridge =
        "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\"\n %s }"
            .formatted(brokers.get(1).port(), IN);
    brokers.get(0).apply(before -> BridgePeers.with(before, bridge));
    awaitConnected(brokers.get(0), "b");
    TestBroker.soon().until(() -> brokers.get(1).broker().subscriptionCount() == 1);
    client(1).packet(0x31, "\0\6t/kept\0x".getBytes(StandardCharsets.US_ASCII));
    TestBroker.soon().until(() -> brokers.get(0).broker().retained().size() == 1);
    assertThat(brokers.get(0).broker().retained().size()).isEqualTo(1);
  }
}
