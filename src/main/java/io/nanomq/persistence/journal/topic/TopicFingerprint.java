package io.nanomq.persistence.journal.topic;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * 122 bits by which a topic is known without keeping it: two polynomials modulo 2^61 - 1 in random
 * points, of seven bytes each coefficient. Two topics of n bytes are taken for one with a
 * probability of (n / 7 / 2^61)^2, whoever chooses them: nobody else knows the points. Used by one
 * thread at a time.
 */
public final class TopicFingerprint {
  private static final int BITS = 61;
  private static final long PRIME = (1L << BITS) - 1;
  private static final int STEP = 7;

  private long point;
  private long otherPoint;
  private long hash;
  private long otherHash;

  public TopicFingerprint() {
    SecureRandom random = new SecureRandom();
    point = 1 + random.nextLong(PRIME - 1);
    otherPoint = 1 + random.nextLong(PRIME - 1);
  }

  /** Writes by which points topics are known into an image of the journal. */
  public void write(ImageOutput to) throws IOException {
    to.writeLong(point);
    to.writeLong(otherPoint);
  }

  /** Knows them by the points of an image from now on. */
  public void read(ImageInput from) throws IOException {
    point = from.readLong();
    otherPoint = from.readLong();
  }

  public long hash() {
    return hash;
  }

  public long otherHash() {
    return otherHash;
  }

  /** Takes the bytes of a topic. */
  public void of(byte[] bytes, int from, int length) {
    hash = length;
    otherHash = length;
    int end = from + length;
    int at = from;
    while (at < end) {
      long word = 0;
      for (int stop = Math.min(end, at + STEP); at < stop; at++) {
        word = word << 8 | bytes[at] & 0xff;
      }
      hash = next(hash, point, word);
      otherHash = next(otherHash, otherPoint, word);
    }
  }

  /** {@code value * point + word} modulo the prime; all are below 2^61. */
  private static long next(long value, long point, long word) {
    long low = value * point;
    long high = Math.multiplyHigh(value, point) << 64 - BITS | low >>> BITS;
    long sum = (low & PRIME) + high + word;
    long folded = (sum & PRIME) + (sum >>> BITS);
    return folded >= PRIME ? folded - PRIME : folded;
  }
}
