package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/** Variable Byte Integers, MQTT 5.0 section 1.5.5: one to four bytes, 0 to 268,435,455. */
public final class VarInt {
  public static final int MAX = 268_435_455;

  private VarInt() {}

  /** Bytes that the value takes on the wire. */
  public static int size(int value) {
    if (value < 128) {
      return 1;
    }
    if (value < 16_384) {
      return 2;
    }
    return value < 2_097_152 ? 3 : 4;
  }

  public static void write(ByteBuf out, int value) {
    int rest = value;
    while (rest > 127) {
      out.writeByte((rest & 127) | 128);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /**
   * Reads a value.
   *
   * @throws ProtocolError 0x81 where it is cut off, longer than four bytes or not in its shortest
   *     form [MQTT-1.5.5-1]
   */
  public static int read(ByteBuf in) {
    int value = 0;
    for (int shift = 0; shift <= 21; shift += 7) {
      if (!in.isReadable()) {
        throw ProtocolError.malformed("variable byte integer is cut off");
      }
      int digit = in.readUnsignedByte();
      value |= (digit & 127) << shift;
      if (digit < 128) {
        if (digit == 0 && shift > 0) {
          throw ProtocolError.malformed("variable byte integer is not in its shortest form");
        }
        return value;
      }
    }
    throw ProtocolError.malformed("variable byte integer has more than four bytes");
  }
}
