package io.nanomq.webhook;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes as digits and letters, in the way of NanoMQ since 0.25: one number, most significant byte
 * first, to the base of 62. A 0 byte in front, which a number does not show, is a {@code 0}.
 */
final class Base62 {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final int BASE = 62;

  /** What a long holds. */
  private static final int CHUNK = 10;

  private static final BigInteger CHUNK_BASE = BigInteger.valueOf(BASE).pow(CHUNK);

  private Base62() {}

  static String encode(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length * 11 / 8 + CHUNK);
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
      out.append('0');
    }
    BigInteger number = new BigInteger(1, bytes);
    // Halves of halves: digit by digit a payload of 1 MiB would take half a minute.
    List<BigInteger> powers = new ArrayList<>(List.of(CHUNK_BASE));
    while (last(powers).bitLength() * 2L <= number.bitLength()) {
      powers.add(last(powers).pow(2));
    }
    append(out, number, powers, powers.size() - 1, false);
    return out.toString();
  }

  private static BigInteger last(List<BigInteger> powers) {
    return powers.get(powers.size() - 1);
  }

  /**
   * @param at the power by which it is cut in two
   * @param full with the zeros in front, as not the first part has them
   */
  private static void append(
      StringBuilder out, BigInteger number, List<BigInteger> powers, int at, boolean full) {
    if (at < 0) {
      chunk(out, number.longValueExact(), full);
      return;
    }
    BigInteger[] parts = number.divideAndRemainder(powers.get(at));
    boolean isCut = full || parts[0].signum() > 0;
    if (isCut) {
      append(out, parts[0], powers, at == powers.size() - 1 ? at : at - 1, full);
    }
    append(out, parts[1], powers, at - 1, isCut);
  }

  private static void chunk(StringBuilder out, long number, boolean full) {
    int end = out.length();
    long rest = number;
    for (int i = 0; full ? i < CHUNK : rest > 0; i++) {
      out.insert(end, DIGITS.charAt((int) (rest % BASE)));
      rest /= BASE;
    }
  }
}
