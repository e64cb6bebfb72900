package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.MqttConf;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.persistence.journal.StoreCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in flight to durable sessions for which there is no room: memory has 450 KB a loop. */
@Timeout(120)
class C36InflightPagesTest {
  private static final int WINDOW = 1_000;
  private static final int MESSAGES = 2_000;
  private static final int PAYLOAD = 1_000;

  /** Of the QoS 2 messages below that number PUBREC comes at once. */
  private static final int TAKEN_BELOW = 100;

  @TempDir Path folder;
  @TempDir Path copy;
  private final AtomicLong aheadMillis = new AtomicLong();
  private JournalStores stores;

  private TestBroker start() throws Exception {
    return start(folder);
  }

  /** The process is killed: one goes on with what is on disk now. */
  private TestBroker killAndStart(TestBroker broker) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    broker.leave();
    return start(copy);
  }

  private TestBroker start(Path in) throws Exception {
    stores = new JournalStores(new FileDisk(in), new JournalConf(1 << 20, 1L << 40, 1_000));
    var conf =
        Confs.conf("mqtt.max_mqueue_len = 100000\nmqtt.max_inflight_window = " + WINDOW).mqtt();
    return TestBroker.start(
        conf, stores, new MemoryBudgets(8_000_000, 64_000_000), aheadMillis::get);
  }

  private static int qos(int number) {
    return 1 + number % 2;
  }

  private static boolean isTaken(int number) {
    return qos(number) == 2 && number < TAKEN_BELOW;
  }

  private static byte[] payload(int number) {
    byte[] payload =
        Arrays.copyOf(String.valueOf(number).getBytes(StandardCharsets.UTF_8), PAYLOAD);
    Arrays.fill(payload, String.valueOf(number).length(), PAYLOAD, (byte) ' ');
    return payload;
  }

  private static int number(RawPacket publish) {
    return Integer.parseInt(publish.payload(4).strip());
  }

  private static void begin(TestBroker broker, String clientId, String filter) {
    try (RawClient client = broker.raw(4).connected(clientId, false)) {
      client.subscribe(1, filter, 2).receive(9);
    }
  }

  private static RawClient resume(TestBroker broker, String clientId) {
    RawClient client = broker.raw(4).connect(clientId, false, 0);
    assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
    return client;
  }

  private static void publish(TestBroker broker, int from, int to) {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      for (int i = from; i < to; i++) {
        sender.publish("q", qos(i), 1, payload(i));
        sender.receive(qos(i) == 1 ? 4 : 5);
        if (qos(i) == 2) {
          sender.acknowledge(6, 1).receive(7);
        }
      }
    }
  }

  /**
   * Reads as many as may be on their way, and acknowledges none; the first ones of QoS 2 partly.
   */
  private static int[] readWithoutAnswer(RawClient client) {
    int[] ids = new int[WINDOW];
    for (int i = 0; i < WINDOW; i++) {
      RawPacket packet = client.receive(3);
      assertThat(number(packet)).isEqualTo(i);
      assertThat(packet.qos()).isEqualTo(qos(i));
      ids[i] = packet.publishId();
    }
    for (int i = 0; i < TAKEN_BELOW; i++) {
      if (isTaken(i)) {
        client.acknowledge(5, ids[i]);
        assertThat(client.receive(6).packetId()).isEqualTo(ids[i]);
      }
    }
    return ids;
  }

  /** All that was not taken comes, in order, and QoS 2 is released once. */
  private static void takeAll(RawClient client, int[] ids) {
    int next = 0;
    int released = 0;
    while (next < MESSAGES || released < MESSAGES / 2) {
      RawPacket packet = client.receive();
      if (packet.type() == 6) {
        released++;
        client.acknowledge(7, packet.packetId());
        continue;
      }
      while (isTaken(next)) {
        next++;
      }
      assertThat(number(packet)).isEqualTo(next);
      assertThat(packet.isDup()).as("%s is sent again", next).isEqualTo(next < WINDOW);
      if (next < WINDOW) {
        assertThat(packet.publishId()).isEqualTo(ids[next]);
      }
      client.acknowledge(qos(next) == 1 ? 4 : 5, packet.publishId());
      next++;
    }
    client.assertNothingMore();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allOfThemAreSentAgain(boolean isKilled) throws Exception {
    List<int[]> ids = new ArrayList<>();
    List<String> clients = List.of("a", "b", "c");
    TestBroker broker = start();
    try {
      var memory = broker.broker().messageMemory();
      assertThat(memory.limitBytes()).isLessThan((long) clients.size() * WINDOW * PAYLOAD / 3);
      List<RawClient> sockets = new ArrayList<>();
      for (String client : clients) {
        begin(broker, client, "q");
        sockets.add(resume(broker, client));
      }
      publish(broker, 0, MESSAGES);
      sockets.forEach(socket -> ids.add(readWithoutAnswer(socket)));
      sockets.forEach(RawClient::close);
      if (isKilled) {
        broker = killAndStart(broker);
      }
      for (int i = 0; i < clients.size(); i++) {
        try (RawClient socket = resume(broker, clients.get(i))) {
          takeAll(socket, ids.get(i));
        }
      }
      assertThat(broker.broker().messageMemory().bytes()).isLessThanOrEqualTo(memory.limitBytes());
    } finally {
      broker.close();
    }
  }

  /** Once on the same connection, as MQTT 3.1.1 allows, after {@code retry_interval}. */
  @Test
  void allOfThemAreSentAgainToClientsThatStay() throws Exception {
    try (TestBroker broker = start()) {
      List<RawClient> sockets = new ArrayList<>();
      for (String client : List.of("a", "b", "c")) {
        begin(broker, client, "q");
        sockets.add(resume(broker, client));
      }
      publish(broker, 0, WINDOW);
      sockets.forEach(C36InflightPagesTest::readWithoutAnswer);
      int interval = MqttConf.defaults().queues().retrySeconds();
      aheadMillis.set(1000L * interval + 1000);
      for (RawClient socket : sockets) {
        for (int next = 0; next < WINDOW; next++) {
          RawPacket packet = isTaken(next) ? null : receivePublish(socket);
          if (packet != null) {
            assertThat(number(packet)).isEqualTo(next);
            assertThat(packet.isDup()).isTrue();
          }
        }
      }
      sockets.forEach(RawClient::close);
    }
  }

  private static RawPacket receivePublish(RawClient socket) {
    RawPacket packet = socket.receive();
    while (packet.type() == 6) {
      packet = socket.receive();
    }
    return packet;
  }

  /** Of QoS 1: who may have them at QoS 2 is to be asked again [MQTT-4.8.2-5]. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aGroupsMessagesGoToAnotherMember(boolean isKilled) throws Exception {
    TestBroker broker = start();
    try {
      begin(broker, "one", "$share/g/q");
      RawClient one = resume(broker, "one");
      publish(broker, 0, WINDOW);
      for (int i = 0; i < WINDOW; i++) {
        one.receive(3);
      }
      one.close();
      if (isKilled) {
        broker = killAndStart(broker);
      }
      begin(broker, "two", "$share/g/q");
      broker.raw(4).connected("one", true).close();
      try (RawClient two = resume(broker, "two")) {
        for (int i = 0; i < WINDOW; i += 2) {
          RawPacket packet = two.receive(3);
          assertThat(number(packet)).isEqualTo(i);
          two.acknowledge(4, packet.publishId());
        }
        two.assertNothingMore();
      }
    } finally {
      broker.close();
    }
  }

  @Test
  void whoEndsWithItsConnectionNeedsTheStoreUntilAllIsInMemory() throws Exception {
    try (TestBroker broker = start()) {
      begin(broker, "away", "q");
      publish(broker, 0, MESSAGES);
      try (RawClient client = broker.raw(5).connect("away", false, 0)) {
        assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
        for (int i = 0; i < MESSAGES; i++) {
          RawPacket packet = client.receive();
          while (packet.type() == 6) {
            client.acknowledge(7, packet.packetId());
            packet = client.receive();
          }
          assertThat(packet.payload(5).strip()).isEqualTo(String.valueOf(i));
          client.acknowledge(qos(i) == 1 ? 4 : 5, packet.publishId());
        }
        TestBroker.soon().untilAsserted(() -> assertThat(stored()).isZero());
        publish(broker, 0, 10);
        assertThat(stored()).isZero();
      }
    }
  }

  /** Sessions in the store. */
  private int stored() throws Exception {
    StoreCopy copy = stores.copy().get();
    copy.snapshot().close();
    return copy.sessions();
  }
}
