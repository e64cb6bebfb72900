package io.nanomq.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts bytes into lines; one that is too long is passed over, whatever its length. */
final class Lines {
  private static final int CHUNK = 64 * 1024;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] chunk = new byte[CHUNK];
  private int at;
  private int end;
  private byte[] line = new byte[1024];
  private int length;
  private boolean tooLong;
  private long bytes;

  Lines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads on to the next line, which may be the last and have no end.
   *
   * @return false = there is none
   */
  boolean next() throws IOException {
    length = 0;
    tooLong = false;
    bytes = 0;
    while (at < end || fill()) {
      int stop = at;
      while (stop < end && chunk[stop] != '\n') {
        stop++;
      }
      append(stop - at);
      bytes += stop - at;
      at = stop;
      if (at < end) {
        at++;
        bytes++;
        return true;
      }
    }
    return bytes > 0;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(chunk));
    return end > 0;
  }

  private void append(int more) {
    if (tooLong || length + (long) more > maxBytes) {
      tooLong = true;
      line = new byte[0];
      length = 0;
      return;
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.min(maxBytes, Math.max(length + more, 2 * line.length)));
    }
    System.arraycopy(chunk, at, line, length, more);
    length += more;
  }

  /** The line, without its end, up to {@link #length}; until the next one is read. */
  byte[] line() {
    return line;
  }

  int length() {
    return length;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Bytes that it takes, with its end. */
  long bytes() {
    return bytes;
  }
}
