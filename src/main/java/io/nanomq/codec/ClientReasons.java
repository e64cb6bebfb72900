package io.nanomq.codec;

/**
 * The reason codes that a client may send, MQTT 5.0 section 2.4: those of a packet's table whose
 * last column does not keep them for the server. Any other one was read well enough but is not
 * allowed by the protocol: a Protocol Error (0x82), sections 1.2 and 4.13.
 */
final class ClientReasons {
  private ClientReasons() {}

  /**
   * Whether the code may stand in an acknowledgement of a client.
   *
   * @param packetType PUBACK, PUBREC, PUBREL or PUBCOMP
   * @param code 0 to 255
   */
  static boolean mayAcknowledge(int packetType, int code) {
    return switch (packetType) {
      // [MQTT-3.4.2-1] [MQTT-3.5.2-1]. 0x10 is the server's, but it is a success, and clients are
      // seen
      // that send it, those of Mosquitto's tests among them.
      case PacketType.PUBACK, PacketType.PUBREC ->
          switch (code) {
            case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
            default -> false;
          };
      // [MQTT-3.6.2-1] [MQTT-3.7.2-1]
      default -> code == 0x00 || code == 0x92;
    };
  }

  /** Whether the code may stand in a DISCONNECT of a client [MQTT-3.14.2-1]. */
  static boolean mayDisconnect(int code) {
    return switch (code) {
      case 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90 -> true;
      default -> code >= 0x93 && code <= 0x99;
    };
  }
}
