package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What outlives the process: MQTT 5.0 section 4.1, with another number of loops after each start.
 */
@Timeout(120)
class C32DurableTest {
  private static final int SEGMENT = 1 << 20;
  private static final byte[] NEVER = {0x11, -1, -1, -1, -1};

  @TempDir Path folder;

  private TestBroker start(int loops) throws IOException {
    var conf = new JournalConf(SEGMENT, 1L << 40, 0);
    return TestBroker.start(loops, new JournalStores(new FileDisk(folder), conf));
  }

  private static void publish(RawClient sender, String topic, int qos, int id, String payload) {
    sender.publish(topic, qos, id, payload.getBytes(StandardCharsets.UTF_8));
    if (qos == 1) {
      sender.receive(4);
    } else if (qos == 2) {
      sender.receive(5);
      sender.acknowledge(6, id).receive(7);
    }
  }

  private static RawClient resume(TestBroker broker, String clientId, int version) {
    byte[] properties = version == 5 ? NEVER : new byte[0];
    RawClient client = broker.raw(version).connect(clientId, false, 0, properties);
    RawPacket connack = client.receive(2);
    assertThat(connack.at(1)).as("return code").isZero();
    assertThat(connack.at(0)).as("session present").isEqualTo(1);
    return client;
  }

  private static void begin(TestBroker broker, String clientId, String filter) {
    try (RawClient client = broker.raw(4).connected(clientId, false)) {
      client.subscribe(1, filter, 2).receive(9);
    }
  }

  @Test
  void whatTheStoreTakesIsToldBelowSys() throws Exception {
    try (TestBroker broker = start(1);
        RawClient watcher = broker.raw(4).connected("watcher", true)) {
      watcher.subscribe(1, "$SYS/brokers/+/store/#", 0).receive(9);
      Map<String, Long> told = new HashMap<>();
      while (told.size() < 5) {
        RawPacket figure = watcher.receive(3);
        String name = figure.topic().substring(figure.topic().indexOf("/store/") + 7);
        told.put(name, Long.valueOf(figure.payload(4)));
      }
      assertThat(told).containsOnlyKeys("bytes", "room", "index", "waiting", "full");
      assertThat(told).containsEntry("full", 0L);
      assertThat(told.get("bytes")).isGreaterThanOrEqualTo(SEGMENT);
      assertThat(told.get("room")).isPositive();
    }
  }

  @Test
  void whatWaitsForASessionIsThereAgainInOrder() throws Exception {
    TestBroker first = start(2);
    begin(first, "away", "a/#");
    try (RawClient sender = first.raw(4).connected("sender", true)) {
      publish(sender, "a/1", 1, 1, "one");
      publish(sender, "a/2", 2, 2, "two");
      publish(sender, "a/3", 1, 3, "three");
    }
    first.leave();
    TestBroker second = start(1);
    int inFlight;
    try (RawClient client = resume(second, "away", 4)) {
      RawPacket one = client.receive(3);
      assertThat(one.payload(4)).isEqualTo("one");
      client.acknowledge(4, one.publishId());
      RawPacket two = client.receive(3);
      assertThat(two.payload(4)).isEqualTo("two");
      assertThat(two.qos()).isEqualTo(2);
      inFlight = two.publishId();
      client.receive(3);
    }
    // The acknowledgement was read.
    second.awaitConnections(0);
    second.leave();
    try (TestBroker third = start(3);
        RawClient client = resume(third, "away", 4)) {
      RawPacket two = client.receive(3);
      assertThat(two.payload(4)).isEqualTo("two");
      assertThat(two.isDup()).isTrue();
      assertThat(two.publishId()).isEqualTo(inFlight);
      client.acknowledge(5, inFlight);
      RawPacket three = client.receive(3);
      assertThat(three.payload(4)).isEqualTo("three");
      client.receive(6);
      client.acknowledge(7, inFlight).acknowledge(4, three.publishId());
      try (RawClient sender = third.raw(4).connected("sender", true)) {
        publish(sender, "a/4", 1, 4, "subscribed still");
        assertThat(client.receive(3).payload(4)).isEqualTo("subscribed still");
      }
    }
  }

  @Test
  void aMessageOfQosTwoThatWasReceivedIsNotPublishedAgain() throws Exception {
    TestBroker first = start(2);
    begin(first, "away", "a/#");
    try (RawClient sender = first.raw(5).connect("sender", false, 0, NEVER)) {
      sender.receive(2);
      sender.publish("a", 2, 7, "once".getBytes(StandardCharsets.UTF_8)).receive(5);
    }
    first.leave();
    try (TestBroker second = start(2);
        RawClient sender = resume(second, "sender", 5)) {
      sender.publish("a", 2, 7, "once".getBytes(StandardCharsets.UTF_8)).receive(5);
      sender.acknowledge(6, 7).receive(7);
      publish(sender, "a", 1, 8, "next");
      try (RawClient client = resume(second, "away", 4)) {
        assertThat(client.receive(3).payload(4)).isEqualTo("once");
        assertThat(client.receive(3).payload(4)).isEqualTo("next");
      }
    }
  }

  @Test
  void aSessionThatHasExpiredMeanwhileIsGone() throws Exception {
    TestBroker first = start(1);
    begin(first, "stays", "a/#");
    try (RawClient client =
        first.raw(5).connect("brief", false, 0, new byte[] {0x11, 0, 0, 0, 1})) {
      client.receive(2);
    }
    first.leave();
    try (TestBroker second = start(2)) {
      TestBroker.soon().until(() -> second.broker().sessions().find("brief") == null);
      assertThat(second.broker().sessions().find("stays")).isNotNull();
    }
    try (TestBroker third = start(2)) {
      assertThat(third.broker().sessions().size()).as("ended with the broker of a test").isZero();
    }
  }

  @Test
  void aWillThatIsDelayedIsPublishedByTheNextProcess() throws Exception {
    TestBroker first = start(2);
    begin(first, "away", "will");
    var will =
        new RawClient.Will("will", "late", (byte) 0x18, (byte) 0, (byte) 0, (byte) 0, (byte) 2);
    try (RawClient client = first.raw(5).connect("dying", false, NEVER, will)) {
      client.receive(2);
    }
    first.awaitConnections(0);
    first.leave();
    try (TestBroker second = start(1);
        RawClient client = resume(second, "away", 4)) {
      assertThat(client.receive(3).payload(4)).isEqualTo("late");
    }
  }

  @Test
  void whatIsRetainedIsThereAgain() throws Exception {
    TestBroker first = start(2);
    try (RawClient sender = first.raw(4).connected("sender", true)) {
      retain(sender, "kept", "one");
      retain(sender, "kept", "two");
      retain(sender, "cleared", "three");
      retain(sender, "cleared", "");
    }
    first.leave();
    try (TestBroker second = start(1);
        RawClient client = second.raw(4).connected("client", true)) {
      client.subscribe(1, "#", 1).receive(9);
      RawPacket kept = client.receive(3);
      assertThat(kept.payload(4)).isEqualTo("two");
      assertThat(kept.isRetained()).isTrue();
      client.assertNothingMore();
    }
  }

  /** QoS 1 with RETAIN; the packet identifier is of no concern. */
  private static void retain(RawClient sender, String topic, String payload) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    byte[] value = payload.getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[2 + name.length + 2 + value.length];
    body[1] = (byte) name.length;
    System.arraycopy(name, 0, body, 2, name.length);
    body[2 + name.length + 1] = 1;
    System.arraycopy(value, 0, body, 4 + name.length, value.length);
    sender.packet(0x33, body).receive(4);
  }

  @Test
  void aGroupsMessageGoesToAnotherMemberWhenOneEnds() throws Exception {
    TestBroker first = start(2);
    begin(first, "one", "$share/g/a");
    try (RawClient sender = first.raw(4).connected("sender", true)) {
      publish(sender, "a", 1, 1, "shared");
    }
    begin(first, "two", "$share/g/a");
    first.leave();
    try (TestBroker second = start(2)) {
      try (RawClient client = second.raw(4).connected("one", true)) {
        client.assertNothingMore();
      }
      try (RawClient client = resume(second, "two", 4)) {
        assertThat(client.receive(3).payload(4)).isEqualTo("shared");
      }
    }
  }
}
