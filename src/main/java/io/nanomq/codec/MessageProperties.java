package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the properties of a message that the broker makes itself, those that a server passes on,
 * MQTT 5.0 section 3.3.2.3. Each method throws IllegalArgumentException for a value that MQTT does
 * not allow or that is longer than the limit.
 */
public final class MessageProperties {
  private static final long FORWARDED =
      1L << Property.PAYLOAD_FORMAT_INDICATOR
          | 1L << Property.CONTENT_TYPE
          | 1L << Property.RESPONSE_TOPIC
          | 1L << Property.CORRELATION_DATA
          | 1L << Property.USER_PROPERTY;

  /**
   * The properties of a message, each by itself.
   *
   * @param payloadFormat Payload Format Indicator: 1 = the payload is UTF-8; null = it has none
   * @param userProperties names and values by turns
   */
  public record Values(
      @Nullable Integer payloadFormat,
      @Nullable String contentType,
      @Nullable String responseTopic,
      byte @Nullable [] correlationData,
      List<String> userProperties) {}

  private final ByteBuf out = Unpooled.buffer(64);
  private final int maxBytes;

  /**
   * @param maxBytes UTF-8 bytes of the longest value, at most 65,535
   */
  public MessageProperties(int maxBytes) {
    this.maxBytes = Math.min(maxBytes, 0xFFFF);
  }

  /** Whether the payload is UTF-8 text. */
  public void payloadFormat(boolean utf8) {
    out.writeByte(Property.PAYLOAD_FORMAT_INDICATOR).writeByte(utf8 ? 1 : 0);
  }

  public void contentType(String value) {
    out.writeByte(Property.CONTENT_TYPE);
    text(value);
  }

  public void responseTopic(String value) {
    if (value.isEmpty() || value.indexOf('+') >= 0 || value.indexOf('#') >= 0) {
      throw new IllegalArgumentException("the response topic is no topic name");
    }
    out.writeByte(Property.RESPONSE_TOPIC);
    text(value);
  }

  public void correlationData(byte[] value) {
    out.writeByte(Property.CORRELATION_DATA);
    bytes(value);
  }

  public void userProperty(String name, String value) {
    out.writeByte(Property.USER_PROPERTY);
    text(name);
    text(value);
  }

  /** The encoded properties, without their length. */
  public byte[] toBytes() {
    return ByteBufUtil.getBytes(out);
  }

  /** What {@link #check} has taken. */
  public static Values read(byte[] encoded) {
    Integer format = null;
    String contentType = null;
    String responseTopic = null;
    byte[] correlationData = null;
    List<String> user = new ArrayList<>();
    PropertyReader in = reader(section(encoded), 0xFFFF);
    for (int id = in.next(); id >= 0; id = in.next()) {
      switch (id) {
        case Property.PAYLOAD_FORMAT_INDICATOR -> format = in.readByte();
        case Property.CONTENT_TYPE -> contentType = in.readString("content type");
        case Property.RESPONSE_TOPIC -> responseTopic = in.readString("response topic");
        case Property.CORRELATION_DATA -> correlationData = in.readBinary("correlation data");
        default -> {
          user.add(in.readString("user property name"));
          user.add(in.readString("user property value"));
        }
      }
    }
    return new Values(format, contentType, responseTopic, correlationData, user);
  }

  private static ByteBuf section(byte[] encoded) {
    ByteBuf in = Unpooled.buffer(encoded.length + 4);
    VarInt.write(in, encoded.length);
    return in.writeBytes(encoded);
  }

  private static PropertyReader reader(ByteBuf section, int maxBytes) {
    return new PropertyReader(section, FORWARDED, Math.min(maxBytes, 0xFFFF));
  }

  private void text(String value) {
    if (!isMqttText(value)) {
      throw new IllegalArgumentException("a property is not legal MQTT text");
    }
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] value) {
    if (value.length > maxBytes) {
      throw new IllegalArgumentException("a property is longer than " + maxBytes + " bytes");
    }
    Utf8.write(out, value);
  }

  /**
   * Checks what {@link #toBytes} or a client may have made.
   *
   * @throws ProtocolError where a server may not pass it on
   */
  public static void check(byte[] encoded, int maxBytes) {
    ByteBuf in = section(encoded);
    PropertyReader reader = reader(in, maxBytes);
    for (int id = reader.next(); id >= 0; id = reader.next()) {
      ForwardedProperties.check(reader, in, id);
    }
  }

  /** Whether a string can be sent at all: no U+0000 and no lone surrogate [MQTT-1.5.4-1]. */
  public static boolean isMqttText(String value) {
    return value.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(value);
  }
}
