package io.nanomq.connection;

import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ReasonCode;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;

/** An acknowledgement that waits for the store, as one number: nothing is allocated for it. */
final class AckToken {
  private static final int REASON_SHIFT = 16;
  private static final int TYPE_SHIFT = 32;

  /** Mark of one that counts as unacknowledged until it is sent. */
  private static final long COUNTED = 1L << 40;

  private AckToken() {}

  /**
   * Packs it.
   *
   * @param packetType PUBACK, PUBREC, PUBREL or PUBCOMP
   * @param session whose message it is about
   */
  static long of(int packetType, int packetId, ReasonCode reason, Session session) {
    long token = uncounted(packetType, packetId, reason);
    return counts(packetType, packetId, reason, session) ? token | COUNTED : token;
  }

  /** One of what does not count against the Receive Maximum. */
  static long uncounted(int packetType, int packetId, ReasonCode reason) {
    return (long) packetType << TYPE_SHIFT | (long) reason.code() << REASON_SHIFT | packetId;
  }

  /** Each exchange once: a QoS 2 identifier that is not released counts in the session. */
  private static boolean counts(int packetType, int packetId, ReasonCode reason, Session session) {
    return switch (packetType) {
      case PacketType.PUBACK -> true;
      case PacketType.PUBREC -> !session.isUnreleased(packetId);
      case PacketType.PUBCOMP -> reason == ReasonCode.SUCCESS;
      default -> false;
    };
  }

  /** 1 where it counts against the Receive Maximum, else 0. */
  static int count(long token) {
    return (token & COUNTED) == 0 ? 0 : 1;
  }

  static void write(ByteBuf out, long token, int version) {
    int packetType = (int) (token >>> TYPE_SHIFT & 0xF);
    int reason = (int) (token >>> REASON_SHIFT & 0xFF);
    MqttEncoder.ack(out, packetType, (int) (token & 0xFFFF), version, reason);
  }
}
