package io.nanomq.codec;

/**
 * A failure that the peer caused, with the reason code that the specification names for it. It ends
 * the connection: MQTT 5 clients are told the code, older ones are just closed.
 */
public final class ProtocolError extends RuntimeException {
  private final transient ReasonCode reason;

  /**
   * @param reason what the peer is told
   * @param message what the log says; must not contain payload or credentials
   */
  public ProtocolError(ReasonCode reason, String message) {
    // No stack trace: these are made at the pace of whoever attacks.
    super(message, null, false, false);
    this.reason = reason;
  }

  public static ProtocolError malformed(String message) {
    return new ProtocolError(ReasonCode.MALFORMED_PACKET, message);
  }

  public static ProtocolError protocol(String message) {
    return new ProtocolError(ReasonCode.PROTOCOL_ERROR, message);
  }

  public ReasonCode reason() {
    return reason;
  }
}
