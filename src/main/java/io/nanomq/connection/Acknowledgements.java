package io.nanomq.connection;

import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;
import io.nanomq.session.Session;

/**
 * What one connection acknowledges, as soon as the store has it, and how much its client may have
 * unacknowledged.
 */
@LoopConfined
final class Acknowledgements implements SessionStore.Listener {
  private final Connection connection;
  // PUBLISH packets whose answer waits for the store, and PUBRELs that ended an exchange.
  private int waiting;
  // All that waits for the store: what comes behind it waits as well, so that the order is kept.
  private int queued;
  private char receiveMaximum;

  Acknowledgements(Connection connection) {
    this.connection = connection;
  }

  /** What CONNACK says; it holds as long as the connection. */
  void receiveMaximum(int most) {
    receiveMaximum = (char) most;
  }

  /**
   * Whether the client may send one more PUBLISH at QoS 1 or 2: it may have as many unacknowledged
   * as the Receive Maximum that it was told, those of earlier connections apart: "not preserved
   * across Network Connections", MQTT 5.0 section 4.9.
   */
  boolean hasQuota() {
    if (connection.version() < 5) {
      return true;
    }
    Session session = connection.session();
    int earlier = Math.min(receiveMaximum, session.carriedOverCount());
    return waiting + session.unreleasedCount() - earlier < receiveMaximum;
  }

  /** Whether what is acknowledged now has to wait for what was before. */
  boolean isWaiting() {
    return queued > 0;
  }

  /**
   * Acknowledges a packet as soon as the store has it.
   *
   * @param packetType PUBACK, PUBREC, PUBREL or PUBCOMP
   * @param isStored whether the store was told of it
   */
  void acknowledge(int packetType, int packetId, ReasonCode reason, boolean isStored) {
    acknowledge(AckToken.of(packetType, packetId, reason, connection.session()), isStored);
  }

  /** Acknowledges a packet as soon as the store has it, if it has to know of it. */
  void acknowledge(int packetType, int packetId, ReasonCode reason) {
    acknowledge(packetType, packetId, reason, connection.session().storedNumber() != 0);
  }

  /** Acknowledges a PUBREL whose message an earlier connection brought: it was not counted here. */
  void completeEarlier(int packetId) {
    boolean isStored = connection.session().storedNumber() != 0;
    acknowledge(AckToken.uncounted(PacketType.PUBCOMP, packetId, ReasonCode.SUCCESS), isStored);
  }

  private void acknowledge(long token, boolean isStored) {
    if (isStored || isWaiting()) {
      waiting += AckToken.count(token);
      queued++;
      connection.context().store().afterCommit(this, token);
    } else {
      write(token);
    }
  }

  @Override
  public void committed(long token) {
    waiting -= AckToken.count(token);
    queued--;
    write(token);
  }

  private void write(long token) {
    if (connection.isConnected()) {
      AckToken.write(
          connection.writer().reserve(MqttEncoder.MAX_ACK_BYTES), token, connection.version());
    }
  }
}
