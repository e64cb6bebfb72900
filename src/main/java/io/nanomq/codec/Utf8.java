package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** UTF-8 Encoded Strings, MQTT 5.0 section 1.5.4: well-formed, no surrogates, no U+0000. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Whether the bytes are a legal MQTT string [MQTT-1.5.4-1] [MQTT-1.5.4-2].
   *
   * @param start absolute index of the first byte
   * @param length bytes of the string
   */
  public static boolean isValid(ByteBuf b, int start, int length) {
    int end = start + length;
    int i = skipPlain(b, start, end);
    while (i < end) {
      if (b.getByte(i) > 0) {
        i++;
      } else {
        int sequence = sequenceLength(b, i, end);
        if (sequence == 0) {
          return false;
        }
        i += sequence;
      }
    }
    return true;
  }

  /** Passes over leading ASCII other than U+0000, eight bytes at a time. */
  private static int skipPlain(ByteBuf b, int start, int end) {
    int i = start;
    while (end - i >= Long.BYTES) {
      long word = b.getLong(i);
      boolean hasZero = ((word - 0x0101010101010101L) & ~word & 0x8080808080808080L) != 0;
      if (hasZero || (word & 0x8080808080808080L) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    return i;
  }

  /** Length of the well-formed multi-byte sequence at {@code i}, 0 where there is none. */
  private static int sequenceLength(ByteBuf b, int i, int end) {
    int lead = b.getUnsignedByte(i);
    if (lead >= 0xC2 && lead <= 0xDF) {
      return continues(b, i + 1, end) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      boolean whole = continues(b, i + 1, end) && continues(b, i + 2, end);
      return whole && isShortest3(lead, b.getUnsignedByte(i + 1)) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      boolean whole =
          continues(b, i + 1, end) && continues(b, i + 2, end) && continues(b, i + 3, end);
      return whole && isShortest4(lead, b.getUnsignedByte(i + 1)) ? 4 : 0;
    }
    return 0;
  }

  private static boolean continues(ByteBuf b, int i, int end) {
    return i < end && (b.getByte(i) & 0xC0) == 0x80;
  }

  /** Neither overlong nor a surrogate (U+D800 to U+DFFF). */
  private static boolean isShortest3(int lead, int second) {
    return !(lead == 0xE0 && second < 0xA0) && !(lead == 0xED && second > 0x9F);
  }

  /** Neither overlong nor above U+10FFFF. */
  private static boolean isShortest4(int lead, int second) {
    return !(lead == 0xF0 && second < 0x90) && !(lead == 0xF4 && second > 0x8F);
  }

  /**
   * Reads a string with its two-byte length and moves the reader index behind it.
   *
   * @param in narrowed to the packet, so that a length beyond it is seen
   * @param what the field's name, for the error
   * @throws ProtocolError 0x81 where it is cut off or not a legal string
   */
  public static String read(ByteBuf in, String what) {
    int length = readLength(in, what);
    int start = in.readerIndex();
    if (!isValid(in, start, length)) {
      throw ProtocolError.malformed(what + " is not a valid UTF-8 string");
    }
    in.skipBytes(length);
    return in.toString(start, length, StandardCharsets.UTF_8);
  }

  /**
   * Passes over a string, checking it as {@link #read} does.
   *
   * @return its length in bytes, without the two of its length field
   * @throws ProtocolError 0x81 where it is cut off or not a legal string
   */
  public static int skip(ByteBuf in, String what) {
    int length = readLength(in, what);
    if (!isValid(in, in.readerIndex(), length)) {
      throw ProtocolError.malformed(what + " is not a valid UTF-8 string");
    }
    in.skipBytes(length);
    return length;
  }

  /**
   * Reads binary data with its two-byte length, MQTT 5.0 section 1.5.6.
   *
   * @throws ProtocolError 0x81 where it is cut off
   */
  public static byte[] readBytes(ByteBuf in, String what) {
    byte[] bytes = new byte[readLength(in, what)];
    in.readBytes(bytes);
    return bytes;
  }

  /**
   * Reads a two-byte length that at least as many bytes follow.
   *
   * @throws ProtocolError 0x81 where they do not
   */
  public static int readLength(ByteBuf in, String what) {
    if (in.readableBytes() < 2) {
      throw ProtocolError.malformed(what + " is cut off");
    }
    int length = in.readUnsignedShort();
    if (in.readableBytes() < length) {
      throw ProtocolError.malformed(what + " is longer than its packet");
    }
    return length;
  }

  /** Writes a string with its two-byte length; it must be at most 65,535 bytes. */
  public static void write(ByteBuf out, byte[] utf8) {
    out.writeShort(utf8.length).writeBytes(utf8);
  }
}
