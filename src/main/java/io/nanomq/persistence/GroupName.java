package io.nanomq.persistence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Which shared group it is: the store keeps 128 bits in place of its filter, which may have 64 KiB
 * and would stand there once a message. They are the first of SHA-256 of the filter, so that they
 * are the same after a start, and nobody finds a filter that has those of somebody else's group.
 * Immutable; equal where these bits are.
 */
public final class GroupName implements Comparable<GroupName> {
  /** What it takes on disk. */
  public static final int BYTES = 16;

  /** What it takes in memory, without the filter. */
  public static final int HEAP_BYTES = 32;

  private final long high;
  private final long low;
  private final @Nullable String filter;

  private GroupName(long high, long low, @Nullable String filter) {
    this.high = high;
    this.low = low;
    this.filter = filter;
  }

  /**
   * @param filter as its members subscribe to it, {@code $share/name/} included
   */
  public static GroupName of(String filter) {
    try {
      byte[] text = filter.getBytes(StandardCharsets.UTF_8);
      ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
      return new GroupName(hash.getLong(), hash.getLong(), filter);
    } catch (NoSuchAlgorithmException everyRuntimeHasIt) {
      throw new IllegalStateException(everyRuntimeHasIt);
    }
  }

  /** One whose filter is not known, as the store has it. */
  public static GroupName of(long high, long low) {
    return new GroupName(high, low, null);
  }

  public long high() {
    return high;
  }

  public long low() {
    return low;
  }

  /** Null = it comes from the store, which does not know it. */
  public @Nullable String filter() {
    return filter;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GroupName name && name.high == high && name.low == low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high);
  }

  /** So that a map finds it quickly among others of its hash. */
  @Override
  public int compareTo(GroupName other) {
    int order = Long.compare(high, other.high);
    return order == 0 ? Long.compare(low, other.low) : order;
  }

  @Override
  public String toString() {
    String known = filter;
    return known == null ? "%016x%016x".formatted(high, low) : known;
  }
}
