package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.publish;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import io.nanomq.bridge.BridgeStatus;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.model.MqttConf;
import io.nanomq.it.BridgePeers.Subscriber;
import io.nanomq.kubernetes.FlakyLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bridge between two brokers, over a connection that can be cut. */
@Timeout(120)
class C22BridgeTest {
  private static final byte[] X = "x".getBytes(StandardCharsets.UTF_8);

  private final TestBroker local = TestBroker.start(roomy());
  private TestBroker remote = TestBroker.start(roomy());
  private final FlakyLink link = new FlakyLink(remote.port());

  private static MqttConf roomy() {
    try {
      return Confs.load("mqtt.max_mqueue_len = 100000").conf().mqtt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    local.close();
    link.close();
    remote.close();
  }

  private String bridge(String name, int version, String rest) {
    return "bridges.mqtt."
        + name
        + " {\n server = \"mqtt-tcp://127.0.0.1:"
        + link.port()
        + "\"\n"
        + " proto_ver = "
        + version
        + "\n clientid = "
        + name
        + "\n clean_start = false\n"
        + " backoff_min = 1ms\n backoff_max = 0s\n max_send_queue_len = 100000\n"
        + rest
        + "\n}\n";
  }

  private void open(String bridges) {
    local.apply(before -> BridgePeers.with(before, bridges));
  }

  private void cut() {
    try {
      link.endConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void topicsOfBothWays(int version) {
    open(
        bridge(
            "b",
            version,
            """
            forwards = [
              { local_topic = "out/#", remote_topic = "in/#", prefix = "p/" },
              { local_topic = "same/+", qos = 1 }
            ]
            subscription = [
              { remote_topic = "cmd/+/go", local_topic = "go/+", qos = 1 },
              { remote_topic = "kept", local_topic = "kept/here", qos = 2, retain = 1 }
            ]
            """));
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "#", 2).receive(9);
      here.subscribe(1, "go/#", 2).receive(9);
      here.publish("out/a/b", 0, 0, X).publish("same/1", 0, 0, X).publish("other", 0, 0, X);
      here.publish("same/2", 2, 9, X).receive(5);
      here.acknowledge(6, 9).receive(7);
      assertThat(there.receive(3).topic()).isEqualTo("p/in/a/b");
      RawPacket raised = there.receive(3);
      assertThat(raised.topic()).isEqualTo("same/1");
      assertThat(raised.qos()).isEqualTo(1);
      assertThat(there.receive(3).topic()).isEqualTo("same/2");
      there.publish("cmd/7/go", 1, 2, X);
      RawPacket command = here.receive(3);
      assertThat(command.topic()).isEqualTo("go/7");
      assertThat(command.qos()).isEqualTo(1);
      there.publish("kept", 0, 0, X);
      TestBroker.soon().until(() -> local.broker().retained().size() == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 1, 20000", "5, 2, 5000", "4, 2, 1000"})
  void nothingIsLostWhileTheConnectionIsCut(int version, int qos, int count) {
    open(bridge("b", version, "forwards = [{ local_topic = \"n/#\" }]"));
    awaitConnected(local, "b"); // else there is nothing to be cut
    try (RawClient publisher = local.raw(4).connected("publisher", true);
        Subscriber subscriber = new Subscriber(remote.raw(4).connected("s", true), "n/#")) {
      publish(publisher, "n/1", qos, 0, count, done -> cutEach(500, done));
      subscriber.awaitNumber(count - 1);
      List<Integer> all = IntStream.range(0, count).boxed().toList();
      assertThat(qos == 2 ? subscriber.numbers() : subscriber.distinct()).isEqualTo(all);
    }
    TestBroker.soon().until(() -> status(local, "b").inflight() == 0);
    assertThat(status(local, "b").counts().reconnects()).isPositive();
    assertThat(status(local, "b").counts().dropped()).isZero();
  }

  private void cutEach(int messages, int done) {
    if (done % messages == 0) {
      cut();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 1", "5, 2", "4, 2"})
  void whatComesIsNotLostEither(int version, int qos) {
    open(bridge("b", version, "subscription = [{ remote_topic = \"n/#\", qos = 2 }]"));
    awaitConnected(local, "b");
    TestBroker.soon().until(() -> remote.broker().subscriptionCount() == 1);
    int count = 3000;
    try (RawClient publisher = remote.raw(4).connected("publisher", true);
        Subscriber subscriber = new Subscriber(local.raw(4).connected("s", true), "n/#")) {
      publish(publisher, "n/1", qos, 0, count, done -> cutEach(300, done));
      subscriber.awaitNumber(count - 1);
      List<Integer> all = IntStream.range(0, count).boxed().toList();
      assertThat(qos == 2 ? subscriber.numbers() : subscriber.distinct()).isEqualTo(all);
    }
  }

  @Test
  void aRemoteThatIsStartedAnewGetsTheRest() {
    open(bridge("b", 5, "forwards = [{ local_topic = \"n/#\" }]"));
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      for (int start = 0; start < 3; start++) {
        try (Subscriber subscriber = new Subscriber(remote.raw(4).connected("s", true), "n/#")) {
          link.restore();
          int first = start * 2000;
          publish(publisher, "n/1", 1, first + 1000, first + 2000, done -> cutEach(500, done));
          subscriber.awaitNumber(first + 1999);
          List<Integer> expected =
              IntStream.range(first + (start == 0 ? 1000 : 0), first + 2000).boxed().toList();
          assertThat(subscriber.distinct()).containsSubsequence(expected);
          TestBroker.soon().until(() -> status(local, "b").inflight() == 0);
          link.cut();
        }
        TestBroker.soon().until(() -> status(local, "b").state() != BridgeStatus.State.CONNECTED);
        remote.close();
        // Waits for a broker that is not there.
        publish(publisher, "n/1", 1, first(start + 1), first(start + 1) + 1000, done -> {});
        remote = TestBroker.start(roomy());
        link.leadTo(remote.port());
      }
    }
    assertThat(status(local, "b").queued()).isEqualTo(1000);
  }

  private static int first(int start) {
    return start * 2000;
  }

  @Test
  void whatIsRefusedCostsThatMessageOnly() {
    open(
        bridge(
            "b",
            5,
            "forwards = [{ local_topic = bad, remote_topic = \"$SYS/no\" }, { local_topic = good"
                + " }]"));
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "good", 1).receive(9);
      here.publish("bad", 1, 1, X).publish("bad", 2, 2, X).publish("good", 1, 3, X);
      assertThat(there.receive(3).topic()).isEqualTo("good");
    }
    TestBroker.soon().until(() -> status(local, "b").inflight() == 0);
    assertThat(status(local, "b").counts().refused()).isEqualTo(2);
    assertThat(status(local, "b").counts().reconnects()).isZero();
  }

  @Test
  void aFullQueueRefusesOrDropsTheOldest() {
    link.cut();
    String ten = "forwards = [{ local_topic = n }]\n max_send_queue_len = 10\n queue_full = ";
    open(bridge("refuses", 5, ten + "refuse_newest") + bridge("drops", 5, ten + "drop_oldest"));
    try (RawClient publisher = local.raw(5).connected("publisher", true);
        Subscriber subscriber = new Subscriber(remote.raw(4).connected("s", true), "n")) {
      publish(publisher, "n", 1, 0, 25, done -> {});
      assertThat(status(local, "refuses").queued()).isEqualTo(10);
      assertThat(status(local, "refuses").counts().dropped()).isEqualTo(15);
      assertThat(status(local, "drops").queued()).isEqualTo(10);
      assertThat(status(local, "drops").counts().dropped()).isEqualTo(15);
      link.restore();
      TestBroker.soon().until(() -> subscriber.numbers().size() == 20);
      assertThat(subscriber.numbers())
          .containsSubsequence(IntStream.range(0, 10).boxed().toList())
          .containsSubsequence(IntStream.range(15, 25).boxed().toList());
    }
  }

  @Test
  void aPublisherIsToldThatThereIsNoRoom() {
    link.cut();
    open(bridge("b", 5, "forwards = [{ local_topic = n }]\n max_send_queue_len = 1"));
    try (RawClient publisher = local.raw(5).connected("publisher", true)) {
      assertThat(publisher.publish("n", 1, 1, X).receive(4).body()).containsExactly(0, 1);
      assertThat(publisher.publish("n", 1, 2, X).receive(4).body()).containsExactly(0, 2, 0x97);
      link.restore();
      TestBroker.soon().until(() -> status(local, "b").counts().sent() == 1);
      TestBroker.soon().until(() -> publisher.publish("n", 1, 3, X).receive(4).body().length == 2);
    }
  }

  @Test
  void changingOneLeavesTheOthersAlone() {
    String one = bridge("one", 4, "forwards = [{ local_topic = a }]");
    open(one + bridge("two", 4, "forwards = [{ local_topic = b }]"));
    awaitConnected(local, "one");
    awaitConnected(local, "two");
    open(one + bridge("two", 5, "forwards = [{ local_topic = c }]"));
    TestBroker.soon().until(() -> status(local, "two").counts().reconnects() == 1);
    assertThat(status(local, "one").counts().reconnects()).isZero();
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "#", 1).receive(9);
      here.publish("b", 0, 0, X).publish("c", 0, 0, X).publish("a", 0, 0, X);
      assertThat(List.of(there.receive(3).topic(), there.receive(3).topic()))
          .containsExactlyInAnyOrder("a", "c");
    }
    open(one);
    TestBroker.soon().until(() -> remote.broker().sessions().connectionCount() == 1);
    assertThat(local.broker().subscriptionCount()).isEqualTo(1);
    assertThat(status(local, "one").counts().reconnects()).isZero();
  }

  @Test
  void theNextServerIsTakenWhereOneFails() {
    String other = "mqtt-tcp://127.0.0.1:" + link.port();
    open(
        "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:"
            + FreePort.find()
            + "\"\n hybrid_bridging = true\n backoff_min = 1ms\n hybrid_servers = [\""
            + other
            + "\"] }");
    awaitConnected(local, "b");
    assertThat(status(local, "b").server()).isEqualTo(other);
    assertThat(status(local, "b").lastError()).contains("Connection refused");
  }

  @Test
  void messagesOfQos0WaitWhereTheyAreTo() {
    link.cut();
    open(
        bridge("keeps", 4, "retry_qos_0 = true, forwards = [{ local_topic = n }]")
            + bridge("drops", 4, "forwards = [{ local_topic = n }]"));
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      publisher.publish("n", 0, 0, X).publish("end", 1, 1, X).receive(4);
      assertThat(status(local, "keeps").queued()).isEqualTo(1);
      assertThat(status(local, "drops").counts().dropped()).isEqualTo(1);
      assertThat(status(local, "drops").queued()).isZero();
    }
  }

  @Test
  void whatTheOtherBrokerDoesNotTakeIsNotSent() throws Exception {
    remote.apply(
        before -> {
          try {
            return Copy.of(
                before,
                "mqtt",
                Confs.conf("mqtt { max_packet_size = 1KB, max_qos_allowed = 1 }").mqtt());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    open(bridge("b", 5, "forwards = [{ local_topic = n }]"));
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "n", 1).receive(9);
      here.publish("n", 1, 1, new byte[2000]).publish("n", 2, 2, X);
      RawPacket got = there.receive(3);
      assertThat(got.qos()).isEqualTo(1);
      assertThat(got.payload(4)).isEqualTo("x");
    }
    assertThat(status(local, "b").counts().dropped()).isEqualTo(1);
    assertThat(status(local, "b").counts().reconnects()).isZero();
  }
}
