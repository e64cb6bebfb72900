package io.nanomq.it;

import io.nanomq.bridge.BridgeStatus;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.MqttConf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Publishers and subscribers of numbered messages on both sides of a bridge. */
final class BridgePeers {
  private static final int BATCH = 100;

  private BridgePeers() {}

  /** The bridges of a document, in its HOCON format. */
  static NanomqConf with(NanomqConf before, String bridges) {
    try {
      var read = Confs.load("listeners.tcp.bind = \"127.0.0.1:0\"\n" + bridges).conf();
      return Copy.of(before, "integrations.bridges", read.integrations().bridges());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Limits of a document. */
  static MqttConf mqtt(String text) {
    try {
      return Confs.conf(text).mqtt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static BridgeStatus status(TestBroker broker, String name) {
    return broker.broker().bridges().status().toCompletableFuture().join().stream()
        .filter(status -> status.conf().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static void awaitConnected(TestBroker broker, String name) {
    TestBroker.soon().until(() -> status(broker, name).state() == BridgeStatus.State.CONNECTED);
  }

  /** Publishes the numbers, so many at a time; each batch is acknowledged before the next one. */
  static void publish(
      RawClient client, String topic, int qos, int from, int to, IntConsumer afterBatch) {
    for (int first = from; first < to; first += BATCH) {
      int last = Math.min(to, first + BATCH);
      client.hold();
      for (int i = first; i < last; i++) {
        byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
        client.publish(topic, qos, i - first + 1, payload);
      }
      client.release();
      for (int i = first; i < last && qos > 0; i++) {
        int id = client.receive(qos == 1 ? 4 : 5).packetId();
        if (qos == 2) {
          client.acknowledge(6, id);
        }
      }
      for (int i = first; i < last && qos == 2; i++) {
        client.receive(7);
      }
      afterBatch.accept(last);
    }
  }

  /** A subscriber that acknowledges what it gets, until it got the last number. */
  static final class Subscriber implements AutoCloseable {
    private final RawClient client;
    private final List<Integer> numbers = new ArrayList<>();
    private final Thread thread = new Thread(this::read, "subscriber");

    Subscriber(RawClient connected, String filter) {
      client = connected;
      client.subscribe(1, filter, 2);
      client.receive(9);
      thread.setDaemon(true);
      thread.start();
    }

    private void read() {
      try {
        while (true) {
          RawPacket packet = client.receive();
          if (packet.type() == 3) {
            synchronized (numbers) {
              numbers.add(Integer.parseInt(packet.payload(4)));
            }
            if (packet.qos() > 0) {
              client.acknowledge(packet.qos() == 1 ? 4 : 5, packet.publishId());
            }
          } else if (packet.type() == 6) {
            client.acknowledge(7, packet.packetId());
          }
        }
      } catch (RuntimeException e) {
        return; // closed
      }
    }

    List<Integer> numbers() {
      synchronized (numbers) {
        return List.copyOf(numbers);
      }
    }

    /** Each number once, where it came first. */
    List<Integer> distinct() {
      return numbers().stream().distinct().toList();
    }

    void awaitNumber(int number) {
      TestBroker.soon().pollInterval(20, TimeUnit.MILLISECONDS).until(() -> has(number));
    }

    private boolean has(int number) {
      synchronized (numbers) {
        return !numbers.isEmpty() && numbers.get(numbers.size() - 1) >= number;
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
