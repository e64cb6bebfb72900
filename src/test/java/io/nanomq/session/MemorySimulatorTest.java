package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.GroupName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Many sessions on two loops that keep more than there is room for: they come, go, end, acknowledge
 * and let messages expire. Whatever happens, what is counted is what is kept, and never more than
 * the bound but for packet identifiers.
 */
class MemorySimulatorTest {
  private static final int LIMIT = 12_000;

  /** What a packet identifier costs at most whose message is not kept. */
  private static final long IDENTIFIER_BYTES = 96 + HeapBytes.references(1) + 3L * GroupName.BYTES;

  /** One run; all it does is decided by the random numbers. */
  private static final class Simulation {
    private final Random random;
    private final SessionFixture f = new SessionFixture(2, LIMIT);
    private final Map<Session, RecordingWriter> sockets = new LinkedHashMap<>();
    private final List<Session> all = new ArrayList<>();

    Simulation(Random random) {
      this.random = random;
      f.queueLength = 1 + random.nextInt(40);
      f.window = 1 + random.nextInt(40);
    }

    private void connect() {
      int client = random.nextInt(12);
      int loop = client % 2;
      Session before = f.registry.find("c" + client);
      if (before != null && sockets.containsKey(before)) {
        return;
      }
      var writer = new RecordingWriter(random.nextBoolean() ? 5 : 4);
      writer.room = random.nextInt(40);
      long expiry = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(60);
      Session session =
          f.open(loop, "c" + client, random.nextInt(4) == 0, expiry, writer).session();
      sockets.put(session, writer);
      if (!all.contains(session)) {
        all.add(session);
        String shared = random.nextInt(3) == 0 ? "$share/g/" : "";
        String filter = shared + (random.nextBoolean() ? "t/#" : "t/" + random.nextInt(3));
        int identifier = random.nextInt(3);
        f.subscribe(
            session, new Subscription(filter, random.nextInt(3), false, false, 0, identifier));
      }
    }

    private Session online() {
      List<Session> list = new ArrayList<>(sockets.keySet());
      return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
    }

    private void disconnect(Session session) {
      sockets.remove(session);
      f.disconnect(session);
    }

    private void publish() {
      long now = f.loops.nowMillis();
      long expires =
          random.nextInt(3) == 0 ? now + 1 + random.nextInt(5_000) : PublishMessage.NEVER;
      String payload = "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 300));
      PublishMessage message =
          SessionFixture.message(
              "t/" + random.nextInt(3), payload, random.nextInt(3), false, expires);
      f.publishers.get(random.nextInt(2)).publish(message, null);
    }

    private void answer(Session session, RecordingWriter socket) {
      if (socket.sent.isEmpty()) {
        return;
      }
      RecordingWriter.Sent sent = socket.sent.remove(random.nextInt(socket.sent.size()));
      if (sent.isRelease()) {
        session.acknowledge(sent.id(), 2, true);
      } else if (sent.qos() == 1) {
        session.acknowledge(sent.id(), 1, false);
      } else if (sent.qos() == 2 && session.received(sent.id())) {
        socket.release(sent.id());
      }
    }

    void step() {
      int what = random.nextInt(100);
      Session session = online();
      if (what < 45) {
        publish();
      } else if (what < 55) {
        connect();
      } else if (session == null) {
        return;
      } else if (what < 62) {
        disconnect(session);
      } else if (what < 85) {
        answer(session, sockets.get(session));
      } else if (what < 92) {
        sockets.get(session).room = random.nextInt(30);
        session.pumpLater();
      } else {
        f.loops.advance(random.nextInt(2_000));
      }
      if (random.nextInt(3) > 0) {
        f.loops.runAll();
      }
      check();
    }

    private void check() {
      for (int loop = 0; loop < 2; loop++) {
        long bytes = f.held.get(loop).bytes();
        assertThat(bytes).isEqualTo(f.naiveHeldBytes(loop, all));
        assertThat(bytes).isLessThanOrEqualTo(LIMIT + IDENTIFIER_BYTES * identifiersInFlight(loop));
      }
    }

    private long identifiersInFlight(int loop) {
      return all.stream()
          .filter(session -> session.loopIndex() == loop && !session.hasEnded())
          .mapToLong(session -> session.snapshot().inflight())
          .sum();
    }

    void end() {
      List.copyOf(sockets.keySet()).forEach(this::disconnect);
      f.loops.advance(70_000);
      f.loops.runAll();
      f.held.forEach(held -> assertThat(held.bytes()).as("nothing is left").isZero());
    }
  }

  @Property(tries = 60)
  void whatIsCountedIsWhatIsKept(@ForAll Random random) {
    Simulation simulation = new Simulation(random);
    try {
      for (int step = 0; step < 800; step++) {
        simulation.step();
      }
      simulation.end();
    } finally {
      simulation.f.close();
    }
  }
}
