package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.session.RecordingWriter.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A session, a client that follows the specification, and a network between them that loses all
 * that is on its way whenever it breaks. Whatever happens, in the end every QoS 1 message came at
 * least once and every QoS 2 message exactly once, in order, and never more at a time than the
 * window allows.
 */
class SessionSimulatorTest {

  /** One run; all it does is decided by the random numbers. */
  private static final class Simulation {
    private final Random random;
    private final int version;
    private final SessionFixture f = new SessionFixture(2);
    private final List<String> published = new ArrayList<>();
    private final Set<String> qos2 = new HashSet<>();
    // the client, for as long as its session
    private final List<String> received = new ArrayList<>();
    private final Set<Integer> unreleased = new HashSet<>();
    // the connection
    private Session session;
    private RecordingWriter socket;
    private int window;
    private int read;
    private final ArrayDeque<Sent> fromClient = new ArrayDeque<>();
    private final Set<Integer> onTheWay = new HashSet<>();

    Simulation(Random random) {
      this.random = random;
      this.version = random.nextBoolean() ? 5 : 4;
      f.queueLength = 100_000;
      f.queueBytes = 1L << 40;
      f.retrySeconds = random.nextBoolean() ? 5 : 0;
      if (random.nextBoolean()) {
        f.store.defer();
      }
      connect();
      f.subscribe(session, "t/#");
    }

    void connect() {
      window = 1 + random.nextInt(random.nextBoolean() ? 3 : 40);
      socket = new RecordingWriter(version);
      socket.room = random.nextInt(10);
      // Netty tells within a write that the socket has drained.
      socket.onPublish = () -> session.pumpLater();
      read = 0;
      fromClient.clear();
      onTheWay.clear();
      var connect = SessionFixture.connect("c", version, false, null, window);
      session = f.open(0, connect, 1_000_000, socket).session();
    }

    void disconnect() {
      f.disconnect(session);
      socket = null;
    }

    void publish() {
      int qos = 1 + random.nextInt(2);
      String payload = "m" + published.size();
      published.add(payload);
      if (qos == 2) {
        qos2.add(payload);
      }
      f.publish(random.nextInt(2), "t/" + random.nextInt(3), payload, qos);
      // One publisher's order: what another loop sent is there before the next is published.
      f.loops.runAll();
    }

    /** The client reads one packet and answers it. */
    void clientReads() {
      if (read == socket.sent.size()) {
        return;
      }
      Sent packet = socket.sent.get(read++);
      if (packet.isRelease()) {
        unreleased.remove(packet.id());
      } else if (packet.qos() == 1) {
        received.add(packet.payload());
      } else if (unreleased.add(packet.id())) {
        received.add(packet.payload());
      }
      fromClient.add(packet);
    }

    /** The server gets one answer. */
    void serverReads() {
      Sent answered = fromClient.poll();
      if (answered == null) {
        return;
      }
      if (answered.isRelease()) {
        onTheWay.remove(answered.id());
        session.acknowledge(answered.id(), 2, true);
      } else if (answered.qos() == 1) {
        onTheWay.remove(answered.id());
        session.acknowledge(answered.id(), 1, false);
      } else {
        session.received(answered.id());
        // What the handler of PUBREC does: behind all that was written before.
        socket.release(answered.id());
      }
    }

    void step() {
      int what = random.nextInt(100);
      if (socket == null) {
        if (what < 20) {
          connect();
        } else if (what < 60) {
          publish();
        }
      } else if (what < 25) {
        publish();
      } else if (what < 55) {
        clientReads();
      } else if (what < 85) {
        serverReads();
      } else if (what < 88) {
        f.store.commit(1 + random.nextInt(5));
      } else if (what < 92) {
        socket.room = random.nextInt(20);
        session.pumpLater();
      } else if (what < 96) {
        f.loops.advance(random.nextInt(3_000));
      } else {
        disconnect();
      }
      f.loops.runAll();
      checkWindow();
    }

    private int checked;
    private RecordingWriter checkedOf;

    private void checkWindow() {
      assertThat(f.held.get(0).bytes()).isEqualTo(f.naiveHeldBytes(0, List.of(session)));
      if (socket == null) {
        return;
      }
      if (checkedOf != socket) {
        checkedOf = socket;
        checked = 0;
      }
      for (; checked < socket.sent.size(); checked++) {
        Sent packet = socket.sent.get(checked);
        boolean again = !onTheWay.add(packet.id());
        // MQTT 5 clients are sent nothing twice on one connection [MQTT-4.4.0-1].
        assertThat(again && version == 5 && !packet.isRelease()).isFalse();
      }
      assertThat(onTheWay.size()).as("on the way at once").isLessThanOrEqualTo(window);
    }

    void drain() {
      f.store.commitFromNowOn();
      if (socket == null) {
        connect();
      }
      for (int i = 0; i < 10 * published.size() + 100; i++) {
        socket.room = 1_000;
        session.pumpLater();
        f.loops.runAll();
        checkWindow();
        clientReads();
        serverReads();
        checkWindow();
      }
    }

    void check() {
      ClientSnapshot end = session.snapshot();
      assertThat(end.inflight()).isZero();
      assertThat(end.queued()).isZero();
      assertThat(f.held.get(0).bytes()).as("nothing is accounted for").isZero();
      assertThat(received.stream().distinct()).containsExactlyElementsOf(published);
      Map<String, Integer> times = new HashMap<>();
      received.forEach(payload -> times.merge(payload, 1, Integer::sum));
      assertThat(qos2).allMatch(payload -> times.get(payload) == 1);
      f.close();
    }
  }

  @Property(tries = 60)
  void nothingIsLostOrReorderedAndQos2ComesOnce(@ForAll Random random) {
    Simulation simulation = new Simulation(random);
    for (int step = 0; step < 600; step++) {
      simulation.step();
    }
    simulation.drain();
    simulation.check();
  }
}
