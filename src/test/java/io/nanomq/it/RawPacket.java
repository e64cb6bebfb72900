package io.nanomq.it;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One packet from the broker.
 *
 * @param first first byte, type and flags
 * @param body all behind the remaining length
 */
public record RawPacket(int first, byte[] body) {
  public int type() {
    return first >> 4;
  }

  /** The packet identifier at the beginning of acknowledgements. */
  public int packetId() {
    return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
  }

  public int at(int i) {
    return body[i] & 0xFF;
  }

  public int qos() {
    return first >> 1 & 3;
  }

  public boolean isDup() {
    return (first & 8) != 0;
  }

  public boolean isRetained() {
    return (first & 1) != 0;
  }

  /** The packet identifier of a PUBLISH at QoS 1 or 2. */
  public int publishId() {
    int at = 2 + (at(0) << 8 | at(1));
    return at(at) << 8 | at(at + 1);
  }

  /** The payload of a PUBLISH, to be told apart from MQTT 5 properties by the version. */
  public String payload(int version) {
    int at = 2 + (at(0) << 8 | at(1)) + (qos() > 0 ? 2 : 0);
    if (version == 5) {
      at = propertiesStart() + properties().length;
    }
    return new String(body, at, body.length - at, StandardCharsets.UTF_8);
  }

  /** The properties of an MQTT 5 PUBLISH as they stand on the wire, without their length. */
  public byte[] properties() {
    int start = propertiesStart();
    int length = at(start - 1);
    if (start > 1 && isLongLength()) {
      length = length << 7 | at(start - 2) & 127;
    }
    return Arrays.copyOfRange(body, start, start + length);
  }

  private int lengthAt() {
    return 2 + (at(0) << 8 | at(1)) + (qos() > 0 ? 2 : 0);
  }

  private boolean isLongLength() {
    return at(lengthAt()) > 127;
  }

  private int propertiesStart() {
    return lengthAt() + (isLongLength() ? 2 : 1);
  }

  public String topic() {
    return new String(body, 2, (body[0] & 0xFF) << 8 | body[1] & 0xFF, StandardCharsets.UTF_8);
  }
}
