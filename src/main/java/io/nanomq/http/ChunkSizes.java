package io.nanomq.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.internal.StringUtil;

/**
 * Knows where the size of a chunk is the next to come in a request, and whether it is one [RFC
 * 9112, 7.1]. Netty's decoder takes the last 32 bits of a longer number, and what stands before a
 * blank, a NUL or a carriage return. Whoever reads that otherwise in front of us takes a part of
 * one caller's body for another caller's request.
 */
final class ChunkSizes {
  // Bytes to the next size: of this line, its chunk and what ends it.
  private long left;
  private boolean isNext;

  /** A request has begun whose body comes in chunks. */
  void begin() {
    isNext = true;
  }

  /**
   * Whether what comes next may go on to the decoder: no size, a good one, or one that is not whole
   * yet.
   */
  boolean isGood(ByteBuf buffer) {
    if (!isNext || left > 0) {
      return true;
    }
    int start = buffer.readerIndex();
    int end = buffer.indexOf(start, buffer.writerIndex(), (byte) '\n');
    if (end < 0) {
      return true;
    }
    int at = start;
    long size = 0;
    for (int digit; (digit = digit(buffer, at)) >= 0; at++) {
      size = size * 16 + digit;
      if (size > Integer.MAX_VALUE) {
        return false;
      }
    }
    if (at == start || !endsWell(buffer, at, end)) {
      return false;
    }
    isNext = size > 0;
    left = isNext ? end + 1 - start + size + 2 : 0;
    return true;
  }

  /** So many bytes were taken by the decoder. */
  void taken(int bytes) {
    left = Math.max(0, left - bytes);
  }

  private static int digit(ByteBuf buffer, int at) {
    return StringUtil.decodeHexNibble(buffer.getByte(at));
  }

  // Blanks are let in before the end and before what extends a chunk; nothing controls in there.
  private static boolean endsWell(ByteBuf buffer, int from, int end) {
    int at = from;
    while (isBlank(buffer.getByte(at))) {
      at++;
    }
    if (buffer.getByte(at) == ';') {
      while (buffer.getByte(at) >= ' ' || buffer.getByte(at) < 0 || isBlank(buffer.getByte(at))) {
        at++;
      }
    }
    return buffer.getByte(at) == '\r' && at + 1 == end;
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t';
  }
}
