package io.nanomq.webhook;

/**
 * Bytes as letters and digits, in the way of EMQX and NanoMQ: six bits a character, most
 * significant first; 61, 62 and 63 are 9A, 9B and 9C. What is left at the end is a character of its
 * own, as a number of so many bits.
 */
final class Base62 {
  private static final int BITS = 6;
  private static final int LETTERS = 26;
  private static final int ESCAPED = 61;

  private Base62() {}

  static String encode(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length * 3 / 2 + 2);
    int rest = 0;
    int bits = 0;
    for (byte b : bytes) {
      rest = rest << Byte.SIZE | b & 0xFF;
      bits += Byte.SIZE;
      while (bits >= BITS) {
        bits -= BITS;
        append(out, rest >> bits);
        rest &= (1 << bits) - 1;
      }
    }
    if (bits > 0) {
      append(out, rest);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int value) {
    if (value < LETTERS) {
      out.append((char) ('A' + value));
    } else if (value < 2 * LETTERS) {
      out.append((char) ('a' + value - LETTERS));
    } else if (value < ESCAPED) {
      out.append((char) ('0' + value - 2 * LETTERS));
    } else {
      out.append('9').append((char) ('A' + value - ESCAPED));
    }
  }
}
