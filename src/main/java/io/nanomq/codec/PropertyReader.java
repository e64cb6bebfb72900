package io.nanomq.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads one property section, MQTT 5.0 section 2.2.2: which properties may stand there, that each
 * stands there once, and what type its value has.
 */
public final class PropertyReader {
  private final ByteBuf in;
  private final int end;
  private final long allowed;
  private final int maxPropertyBytes;
  private long seen;
  private int repeatable = Property.USER_PROPERTY;

  /**
   * Reads the section's length; the reader index is then at the first property.
   *
   * @param in narrowed to the packet
   * @param allowed bit per identifier that may stand here
   * @param maxPropertyBytes largest value that is taken
   * @throws ProtocolError 0x81 where the section is longer than the packet
   */
  public PropertyReader(ByteBuf in, long allowed, int maxPropertyBytes) {
    this.in = in;
    this.allowed = allowed;
    this.maxPropertyBytes = maxPropertyBytes;
    int length = VarInt.read(in);
    if (length > in.readableBytes()) {
      throw ProtocolError.malformed("properties are longer than their packet");
    }
    this.end = in.readerIndex() + length;
  }

  /**
   * The next identifier; its value must be read or skipped before the next call. -1 at the end.
   *
   * @throws ProtocolError 0x81 for one that may not stand here, 0x82 for one that stands here twice
   */
  public int next() {
    if (in.readerIndex() >= end) {
      if (in.readerIndex() > end) {
        throw ProtocolError.malformed("a property is longer than its section");
      }
      return -1;
    }
    int identifier = in.readUnsignedByte();
    if (identifier > 63 || (allowed & 1L << identifier) == 0) {
      throw ProtocolError.malformed("property " + identifier + " may not stand here");
    }
    long bit = 1L << identifier;
    if ((seen & bit) != 0 && identifier != Property.USER_PROPERTY && identifier != repeatable) {
      throw ProtocolError.protocol("property " + identifier + " stands here twice");
    }
    seen |= bit;
    return identifier;
  }

  /** Lets one more property stand here several times. */
  void repeatable(int identifier) {
    repeatable = identifier;
  }

  int readByte() {
    require(1);
    return in.readUnsignedByte();
  }

  /**
   * A byte that is 0 or 1.
   *
   * @throws ProtocolError 0x82 for any other value
   */
  public boolean readFlag() {
    int value = readByte();
    if (value > 1) {
      throw ProtocolError.protocol("a flag property is neither 0 nor 1");
    }
    return value == 1;
  }

  public int readShort() {
    require(2);
    return in.readUnsignedShort();
  }

  public long readInt() {
    require(4);
    return in.readUnsignedInt();
  }

  int readVarInt() {
    return VarInt.read(in);
  }

  public String readString(String what) {
    checkSize();
    return Utf8.read(in, what);
  }

  public void skipString(String what) {
    checkSize();
    Utf8.skip(in, what);
  }

  byte[] readBinary(String what) {
    checkSize();
    return Utf8.readBytes(in, what);
  }

  public void skipBinary(String what) {
    checkSize();
    in.skipBytes(Utf8.readLength(in, what));
  }

  void skipUserProperty() {
    skipString("user property name");
    skipString("user property value");
  }

  /**
   * Reads a User Property of that name; passes over any other.
   *
   * @param name in ASCII
   * @return its value; null = it is another one
   */
  public @Nullable String readUserProperty(String name) {
    checkSize();
    int length = in.getUnsignedShort(in.readerIndex());
    boolean isIt =
        length == name.length()
            && length <= in.readableBytes() - 2
            && name.contentEquals(in.getCharSequence(in.readerIndex() + 2, length, US_ASCII));
    Utf8.skip(in, "user property name");
    if (isIt) {
      return readString("user property value");
    }
    skipString("user property value");
    return null;
  }

  /**
   * Reads to the end, for sections of which nothing but Reason String and User Property is wanted.
   */
  public void skipAll() {
    for (int identifier = next(); identifier >= 0; identifier = next()) {
      if (identifier == Property.USER_PROPERTY) {
        skipUserProperty();
      } else {
        skipString("reason string");
      }
    }
  }

  private void require(int bytes) {
    if (end - in.readerIndex() < bytes) {
      throw ProtocolError.malformed("a property is cut off");
    }
  }

  private void checkSize() {
    require(2);
    if (in.getUnsignedShort(in.readerIndex()) > maxPropertyBytes) {
      throw new ProtocolError(ReasonCode.PACKET_TOO_LARGE, "a property is larger than allowed");
    }
  }
}
