package io.nanomq.api.backup;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it comes, for a thread that may block. Shared: what waits is under a
 * lock; the sender waits while it is much.
 */
final class BodyStream extends InputStream {
  private static final int MUCH = 256 * 1024;

  /** A sender that is silent for so long is gone. */
  private static final long PATIENCE_SECONDS = 60;

  private final HttpServerRequest request;
  private final Context loop;
  private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
  private int bytes;
  private boolean paused;
  private boolean ended;
  private @Nullable IOException failure;
  private Buffer current = Buffer.buffer();
  private int at;

  /** On the loop of the request, before anything of its body came. */
  BodyStream(HttpServerRequest request, Context loop) {
    this.request = request;
    this.loop = loop;
    request.exceptionHandler(this::failed);
    request.endHandler(end -> end());
    request.handler(this::add);
    request.resume();
  }

  private synchronized void add(Buffer chunk) {
    if (ended) {
      return;
    }
    waiting.add(chunk);
    bytes += chunk.length();
    if (bytes > MUCH && !paused) {
      paused = true;
      request.pause();
    }
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  private synchronized void failed(Throwable gone) {
    giveUp(new IOException("the connection broke: " + gone.getMessage(), gone));
  }

  /** Nothing more of it is read, not even what waits; any thread. */
  synchronized void cut(String why) {
    waiting.clear();
    giveUp(new IOException(why));
  }

  private void giveUp(IOException why) {
    failure = why;
    ended = true;
    notifyAll();
  }

  /** Nobody reads any more: what comes is thrown away. */
  void discard() {
    loop.runOnContext(
        any -> {
          if (!request.isEnded()) {
            request.handler(gone -> {});
            request.resume();
          }
        });
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (at == current.length() && !next()) {
      return -1;
    }
    int count = Math.min(length, current.length() - at);
    current.getBytes(at, at + count, to, offset);
    at += count;
    return count;
  }

  private synchronized boolean next() throws IOException {
    await();
    Buffer next = waiting.poll();
    if (next == null && failure != null) {
      throw failure;
    }
    if (next == null) {
      return false;
    }
    current = next;
    at = 0;
    taken(next.length());
    return true;
  }

  private synchronized void taken(int count) {
    bytes -= count;
    if (paused && bytes <= MUCH / 2) {
      paused = false;
      loop.runOnContext(any -> request.resume());
    }
  }

  private synchronized void await() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (waiting.isEmpty() && !ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new IOException("nothing came for " + PATIENCE_SECONDS + " s");
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
