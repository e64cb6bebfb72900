package io.nanomq.persistence.journal;

/** What is known of a message that waits for a session, in one number. */
final class StoredDelivery {
  static final int TAKEN = 1;

  /** The message stands in the record itself. */
  static final int INLINE = 2;

  // Above the packet identifier is the connection of a bridge, up to 255.
  private static final int PACKET_ID = (1 << 24) - 1;
  private static final int OPTIONS_AT = 24;
  private static final int OPTIONS = DeliveryFormat.REMEMBERED;
  private static final int FLAGS_AT = 30;

  private StoredDelivery() {}

  /**
   * @param options as {@link DeliveryFormat} begins
   */
  static int of(int packetId, int flags, int options) {
    return packetId | (options & OPTIONS) << OPTIONS_AT | flags << FLAGS_AT;
  }

  static int packetId(int delivery) {
    return delivery & PACKET_ID;
  }

  static int withPacketId(int delivery, int packetId) {
    return delivery & ~PACKET_ID | packetId;
  }

  static int flags(int delivery) {
    return delivery >>> FLAGS_AT;
  }

  static boolean is(int delivery, int flag) {
    return (flags(delivery) & flag) != 0;
  }

  static int taken(int delivery) {
    return delivery | TAKEN << FLAGS_AT;
  }

  static int options(int delivery) {
    return delivery >>> OPTIONS_AT & OPTIONS;
  }
}
