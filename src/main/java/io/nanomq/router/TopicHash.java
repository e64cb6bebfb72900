package io.nanomq.router;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Hashes and compares topic bytes eight at a time, in a receive buffer and in an array alike. */
final class TopicHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private TopicHash() {}

  static long of(ByteBuf in, int start, int length) {
    long hash = length * MULTIPLIER;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash, in.getLongLE(start + i));
    }
    long tail = 0;
    for (; i < length; i++) {
      tail = tail << 8 | in.getUnsignedByte(start + i);
    }
    return finish(mix(hash, tail));
  }

  static long of(byte[] bytes) {
    long hash = bytes.length * MULTIPLIER;
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash, (long) LONGS.get(bytes, i));
    }
    long tail = 0;
    for (; i < bytes.length; i++) {
      tail = tail << 8 | bytes[i] & 0xFF;
    }
    return finish(mix(hash, tail));
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
    for (; i < length; i++) {
      if (bytes[i] != in.getByte(start + i)) {
        return false;
      }
    }
    return true;
  }
}
