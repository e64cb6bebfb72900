package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Retained messages on their way to durable sessions, which the store keeps for each of them. */
@Timeout(120)
class C40ReplayRoomTest {
  private static final int SEGMENT = 1 << 20;
  private static final byte[] LARGE = new byte[100_000];
  private static final int RETAINED = 5;
  private static final int READERS = 40;

  @TempDir Path folder;

  /** 16 segments, of which some 10 MB are for what is needed; a sync now and then. */
  private JournalStores stores() throws IOException {
    var conf = new JournalConf(SEGMENT, 16 * SEGMENT, 1_000);
    return new JournalStores(new FileDisk(folder), conf);
  }

  private static void retain(TestBroker broker) {
    try (RawClient sender = broker.raw(5).connect("sender", "greedy", "g")) {
      sender.receive(2);
      for (int i = 0; i < RETAINED; i++) {
        byte[] topic = {0, 1, (byte) ('a' + i), 0, 1, 0};
        byte[] body = new byte[topic.length + LARGE.length];
        System.arraycopy(topic, 0, body, 0, topic.length);
        sender.packet(0x33, body).receive(4);
      }
    }
  }

  private static RawClient reader(TestBroker broker, String clientId, String user) {
    RawClient client = broker.raw(4);
    client.connect(clientId, false, user, user.substring(0, 1)).receive(2);
    return client.subscribe(1, "#", 1);
  }

  /** 20 MB to clients that acknowledge nothing: some wait until there is room. */
  @Test
  void whoAcknowledgesNothingLeavesTheDiskToOthers() throws Exception {
    JournalStores stores = stores();
    var users = Map.of("greedy", "g", "modest", "m");
    try (TestBroker broker = TestBroker.start(1, stores)) {
      broker.apply(
          conf ->
              Copy.of(
                  conf,
                  "auth",
                  Copy.of(NanomqConf.defaults().auth(), "allowAnonymous", false, "users", users)));
      retain(broker);
      RawClient modest = reader(broker, "modest", "modest");
      modest.receive(9);
      for (int i = 0; i < RETAINED; i++) {
        modest.acknowledge(4, modest.receive(3).publishId());
      }
      List<RawClient> readers = new ArrayList<>();
      List<Thread> reading = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        RawClient client = reader(broker, "reader-" + i, "greedy");
        client.receive(9);
        readers.add(client);
        Thread thread = new Thread(() -> readAll(client));
        thread.start();
        reading.add(thread);
      }
      TestBroker.soon().until(() -> stores.figures().liveBytes() > 6L * SEGMENT);
      for (int i = 0; i < 20; i++) {
        modest.publish("m", 1, 1, LARGE);
        RawPacket message = modest.receive(3);
        assertThat(message.topic()).isEqualTo("m");
        modest.acknowledge(4, message.publishId());
        assertThat(modest.receive(4).packetId()).isEqualTo(1);
        assertThat(stores.figures().full()).isFalse();
      }
      readers.forEach(RawClient::close);
      for (Thread thread : reading) {
        thread.join();
      }
      modest.close();
    }
  }

  private static void readAll(RawClient client) {
    client.isClosedByBroker();
  }
}
