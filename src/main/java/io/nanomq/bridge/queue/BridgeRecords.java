package io.nanomq.bridge.queue;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.SessionStore;
import io.nanomq.queue.Delivery;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge tells the store: it is a durable session there, whose client is the other broker.
 * Its connections share it, each with packet identifiers of its own, so that these are stored with
 * the number of the connection.
 */
@LoopConfined
public final class BridgeRecords {
  private static final int PACKET_ID_BITS = 16;
  private static final int PACKET_ID = (1 << PACKET_ID_BITS) - 1;

  private final SessionStore store;
  private final String clientId;
  private final boolean restored;
  // 0 = nothing that it is told would outlive the process, or nothing is to any more.
  private long number;
  private long nextSequence;

  /**
   * Those of a bridge that begins, or goes on with what an earlier process has left.
   *
   * @param numbers numbers by which the store is to know sessions
   * @param name of the bridge
   * @param left null = nothing
   */
  public BridgeRecords(
      SessionStore store, LongSupplier numbers, String name, @Nullable RecoveredSession left) {
    this.store = store;
    this.restored = left != null;
    if (left != null) {
      number = left.number();
      nextSequence = left.lastSequence() + 1;
      String username = left.record().connect().username();
      clientId = username == null ? randomId() : username;
      return;
    }
    clientId = randomId();
    if (store.isLasting()) {
      number = numbers.getAsLong();
      store.sessionKept(number, SessionRecord.ofBridge(name, clientId));
    }
  }

  private static String randomId() {
    return "nanomq-bridge-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  /** What the bridge is called on the other broker where its configuration names nothing. */
  public String clientId() {
    return clientId;
  }

  /** Whether an earlier process was connected, as far as is known. */
  public boolean isRestored() {
    return restored;
  }

  /** Whether what the bridge has outlives the process. */
  public boolean isLasting() {
    return number != 0;
  }

  /** By what number the store knows the bridge; 0 = it does not. */
  public long number() {
    return number;
  }

  /** That of the next message. */
  public long nextSequence() {
    return nextSequence++;
  }

  /** A message is kept for the other broker, under the topic that it has here or another one. */
  public void queued(Delivery delivery, OutgoingPublish message, TopicName to) {
    if (number != 0 && delivery.qos > 0) {
      String topic = to.equals(message.topic()) ? null : to.text();
      var options = new DeliveryOptions(delivery.qos, delivery.retain(), null, null, topic);
      store.queued(number, delivery.sequence, message.number(), message.message(), options);
    }
  }

  /** It is about to go out for the first time, over that connection. */
  public void sent(Delivery delivery, int connection) {
    if (number != 0) {
      store.sent(number, delivery.sequence, connection << PACKET_ID_BITS | delivery.packetId);
    }
  }

  /** Over which connection a message of an earlier process was sent. */
  public static int connection(RecoveredSession.Message message) {
    return message.packetId() >>> PACKET_ID_BITS;
  }

  /** By what packet identifier it was sent there; 0 = it was not. */
  public static int packetId(RecoveredSession.Message message) {
    return message.packetId() & PACKET_ID;
  }

  public void taken(Delivery delivery) {
    if (number != 0) {
      store.taken(number, delivery.sequence);
    }
  }

  /** It is there, or given up. */
  public void settled(Delivery delivery) {
    if (number != 0 && delivery.qos > 0) {
      store.settled(number, delivery.sequence);
    }
  }

  /** The message that is published next came as a QoS 2 packet of that identifier. */
  public void received(int packetId) {
    if (number != 0) {
      store.received(number, packetId);
    }
  }

  public void released(int packetId) {
    if (number != 0) {
      store.released(number, packetId);
    }
  }

  /** The bridge is gone: nothing of it is needed any more. */
  public void end() {
    if (number != 0) {
      store.sessionEnded(number);
      number = 0;
    }
  }

  /** The process ends, and what was told stays. */
  public void leave() {
    number = 0;
  }
}
