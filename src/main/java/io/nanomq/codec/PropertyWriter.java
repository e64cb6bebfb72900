package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts together a property section as a client sends it, MQTT 5.0 section 2.2.2. */
public final class PropertyWriter {
  private final ByteBuf out = Unpooled.buffer();

  /** A section that is empty yet. */
  public PropertyWriter() {}

  public PropertyWriter number1(int id, int value) {
    out.writeByte(id).writeByte(value);
    return this;
  }

  public PropertyWriter number2(int id, int value) {
    out.writeByte(id).writeShort(value);
    return this;
  }

  public PropertyWriter number4(int id, long value) {
    out.writeByte(id).writeInt((int) value);
    return this;
  }

  public PropertyWriter identifier(int value) {
    out.writeByte(Property.SUBSCRIPTION_IDENTIFIER);
    VarInt.write(out, value);
    return this;
  }

  private PropertyWriter text(int id, @Nullable String value) {
    if (value != null) {
      out.writeByte(id);
      Utf8.write(out, value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** Payload Format Indicator: 1 = UTF-8. */
  public PropertyWriter payloadFormat(int value) {
    return number1(Property.PAYLOAD_FORMAT_INDICATOR, value);
  }

  /** Content Type; null = none. */
  public PropertyWriter contentType(@Nullable String value) {
    return text(Property.CONTENT_TYPE, value);
  }

  /** Response Topic; null = none. */
  public PropertyWriter responseTopic(@Nullable String value) {
    return text(Property.RESPONSE_TOPIC, value);
  }

  /** Correlation Data, as the bytes of a text; null = none. */
  public PropertyWriter correlationData(@Nullable String value) {
    return text(Property.CORRELATION_DATA, value);
  }

  /** User Properties, of at most 65,535 bytes each. */
  public PropertyWriter user(Map<String, String> values) {
    values.forEach(
        (name, value) -> {
          text(Property.USER_PROPERTY, name);
          Utf8.write(out, value.getBytes(StandardCharsets.UTF_8));
        });
    return this;
  }

  /** Properties that are encoded already. */
  public PropertyWriter encoded(byte[] properties) {
    out.writeBytes(properties);
    return this;
  }

  /** The section without its length. */
  public byte[] bytes() {
    return ByteBufUtil.getBytes(out);
  }
}
