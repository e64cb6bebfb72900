package io.nanomq.router;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hashes and compares topic bytes eight at a time, in a receive buffer and in an array alike. What
 * is left at the end is read together with bytes before it: a step for each byte would take longer
 * than all the rest.
 */
final class TopicHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private TopicHash() {}

  static long of(ByteBuf in, int start, int length) {
    long hash = length * MULTIPLIER;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash, in.getLongLE(start + i));
    }
    return i == length ? finish(hash) : finish(mix(hash, tail(in, start, length)));
  }

  private static long tail(ByteBuf in, int start, int length) {
    if (length >= Long.BYTES) {
      return in.getLongLE(start + length - Long.BYTES);
    }
    if (length >= Integer.BYTES) {
      return joined(in.getIntLE(start), in.getIntLE(start + length - Integer.BYTES));
    }
    long tail = 0;
    for (int i = 0; i < length; i++) {
      tail = tail << 8 | in.getUnsignedByte(start + i);
    }
    return tail;
  }

  private static long joined(int first, int last) {
    return (long) first << 32 | last & 0xFFFFFFFFL;
  }

  static long of(byte[] bytes) {
    long hash = bytes.length * MULTIPLIER;
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash, (long) LONGS.get(bytes, i));
    }
    return i == bytes.length ? finish(hash) : finish(mix(hash, tail(bytes)));
  }

  private static long tail(byte[] bytes) {
    int length = bytes.length;
    if (length >= Long.BYTES) {
      return (long) LONGS.get(bytes, length - Long.BYTES);
    }
    if (length >= Integer.BYTES) {
      return joined((int) INTS.get(bytes, 0), (int) INTS.get(bytes, length - Integer.BYTES));
    }
    long tail = 0;
    for (byte one : bytes) {
      tail = tail << 8 | one & 0xFF;
    }
    return tail;
  }

  private static long mix(long hash, long word) {
    long h = (hash ^ word) * MULTIPLIER;
    return h ^ h >>> 32;
  }

  private static long finish(long hash) {
    return hash ^ hash >>> 29;
  }

  static boolean equal(byte[] bytes, ByteBuf in, int start, int length) {
    if (bytes.length != length) {
      return false;
    }
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if ((long) LONGS.get(bytes, i) != in.getLongLE(start + i)) {
        return false;
      }
    }
    return i == length || tail(bytes) == tail(in, start, length);
  }
}
