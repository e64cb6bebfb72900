package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.PublishDecoder;
import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.ForgetfulStore;
import io.nanomq.router.Route;
import io.nanomq.session.CrashCheck.Client;
import io.nanomq.session.CrashCheck.Published;
import io.nanomq.session.RecordingWriter.Sent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Publishers and subscribers on several loops, over a store that keeps no more order than it
 * promises, until all of it breaks down. What is left must have every message that was acknowledged
 * for everybody whose subscription was: settled, waiting, or still to be handed over.
 */
class CrashSimulatorTest {
  private static final int LOOPS = 3;

  private static final class Simulation {
    private final Random random;
    private final ForgetfulStore store;
    private final SessionFixture f;
    private final List<Client> clients = new ArrayList<>();
    private final TreeMap<Integer, Published> messages = new TreeMap<>();
    private final CrashCheck check = new CrashCheck(clients, messages);
    private final List<Subscriptions> subscriptions = new ArrayList<>();
    private final IncomingPublish packet = new IncomingPublish();
    private int now;

    Simulation(Random random) {
      this.random = random;
      store = new ForgetfulStore(random);
      f = new SessionFixture(LOOPS, store);
      f.queueLength = 100_000;
      f.queueBytes = 1L << 40;
      f.window = 1 + random.nextInt(20);
      f.contexts.forEach(c -> subscriptions.add(new Subscriptions(c, f.router.tree(), f.retained)));
      for (int i = 0; i < 8; i++) {
        Client client = new Client("c" + i, random.nextInt(LOOPS), random.nextInt(4) > 0);
        clients.add(client);
        connect(client);
      }
    }

    private void connect(Client client) {
      client.socket = new RecordingWriter(4);
      client.read = 0;
      client.checked = 0;
      long expiry = client.durable ? 1_000_000 : 0;
      var connect = SessionFixture.connect(client.id, 4, !client.durable, null, 65_535);
      client.session = f.open(client.loop, connect, expiry, client.socket).session();
      client.number = client.session.storedNumber();
    }

    private void disconnect(Client client) {
      f.disconnect(client.session);
      client.socket = null;
      if (!client.durable) {
        client.granted.clear();
        connect(client);
      }
    }

    private void end(Client client) {
      f.disconnect(client.session);
      f.sessions.get(client.loop).end(client.session);
      client.ended = true;
    }

    private void subscribe(Client client) {
      String filter =
          List.of("t/#", "t/1", "t/+", CrashCheck.GROUP, CrashCheck.GROUP).get(random.nextInt(5));
      var asked = new Subscription(filter, 1 + random.nextInt(2), false, false, 2, 0);
      ReasonCode answer = subscriptions.get(client.loop).subscribe(client.session, asked);
      assertThat(answer).isEqualTo(ReasonCode.SUCCESS);
      Session session = client.session;
      afterCommit(
          client,
          () -> {
            if (client.session == session) {
              client.granted.putIfAbsent(filter, now);
            }
          });
    }

    private void afterCommit(Client client, Runnable then) {
      f.contexts.get(client.loop).store().afterCommit(token -> then.run(), 0);
    }

    private void publish(Client client) {
      int qos = 1 + random.nextInt(2);
      String topic = "t/" + random.nextInt(3);
      Published one = new Published(client, topic, now, qos, random.nextInt(5) == 0);
      int number = messages.size() + 1;
      messages.put(number, one);
      decode(topic, number, qos, one.retain);
      Publisher publisher = f.publishers.get(client.loop);
      publisher.fanOut().takeMail();
      Route route = publisher.cache().findAtOnce(TopicName.of(topic));
      packet.topic(route.topic());
      if (qos == 2) {
        one.received = client.number;
        one.packetId = number;
        assertThat(client.session.unreleased().hasRoom()).isTrue();
      }
      ReasonCode reason = publisher.publish(packet, route, client.session);
      if (qos == 2) {
        client.session.unreleased().add(number);
      }
      assertThat(reason.isError()).isFalse();
      afterCommit(client, () -> one.acknowledged = true);
    }

    private void decode(String topic, int number, int qos, boolean retain) {
      ByteBuf in = Unpooled.buffer();
      byte[] name = topic.getBytes(StandardCharsets.UTF_8);
      byte[] payload = ("m" + number).getBytes(StandardCharsets.UTF_8);
      in.writeByte(0x30 | qos << 1 | (retain ? 1 : 0));
      in.writeByte(4 + name.length + payload.length);
      in.writeShort(name.length).writeBytes(name).writeShort(number).writeBytes(payload);
      PublishDecoder.decode(in, 0, 2, in.writerIndex(), false, 100, packet);
    }

    /** The client reads a packet, and the server its answer. */
    private void answer(Client client) {
      if (client.socket == null || client.read == client.socket.sent.size()) {
        return;
      }
      Sent sent = client.socket.sent.get(client.read++);
      if (sent.isRelease()) {
        client.session.acknowledge(sent.id(), 2, true);
      } else {
        client.settled.add(sent.payload());
        if (sent.qos() == 1) {
          client.session.acknowledge(sent.id(), 1, false);
        } else {
          client.session.received(sent.id());
          RecordingWriter socket = client.socket;
          afterCommit(client, () -> socket.release(sent.id()));
        }
      }
    }

    private void checkSent() {
      for (Client client : clients) {
        RecordingWriter socket = client.socket;
        for (; socket != null && client.checked < socket.sent.size(); client.checked++) {
          Sent sent = socket.sent.get(client.checked);
          if (client.durable && sent.qos() == 2) {
            assertThat(store.isSafe(client.number, sent.id()))
                .as("%s went to %s", sent, client.id)
                .isTrue();
          }
          if (sent.qos() == 2) {
            client.own.add(sent.payload());
          }
        }
      }
    }

    void step() {
      now++;
      Client client = clients.get(random.nextInt(clients.size()));
      int what = random.nextInt(100);
      if (what < 20) {
        f.loops.loop(random.nextInt(LOOPS)).runOne();
      } else if (what < 40) {
        store.step();
      } else if (client.ended) {
        f.loops.runAll();
      } else if (client.socket == null) {
        connect(client);
      } else if (what < 60) {
        publish(client);
      } else if (what < 85) {
        answer(client);
      } else if (what < 93) {
        subscribe(client);
      } else if (what < 99) {
        disconnect(client);
      } else {
        end(client);
      }
      checkSent();
    }

    void crash() {
      if (random.nextBoolean()) {
        store.commitAll();
        f.loops.runAll();
        checkSent();
      }
      store.crash(check::keep);
    }
  }

  @Property(tries = 300)
  void whatIsAcknowledgedIsLeft(@ForAll Random random) {
    Simulation simulation = new Simulation(random);
    int steps = 50 + random.nextInt(400);
    for (int i = 0; i < steps; i++) {
      simulation.step();
    }
    simulation.crash();
    simulation.check.check();
    simulation.f.close();
  }
}
