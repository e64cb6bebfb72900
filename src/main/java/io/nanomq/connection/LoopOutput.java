package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the sockets of one loop until its clients read it. Near the bound, those for whom
 * something waits get no more, and are not read from: their messages wait in their sessions. Beyond
 * it whoever has most is closed. Those who read notice nothing. A large payload that waits for many
 * is kept, and counted, once.
 */
@LoopConfined
final class LoopOutput extends Timeout {
  private static final long LOOK_AGAIN_MILLIS = 100;

  /** Large payloads that go to the kernel as they are, at once and again within a second. */
  static final int KERNEL_BYTES = 8 << 20;

  private static final int KERNEL_BYTES_A_MILLI = KERNEL_BYTES / 1_000;

  private final LoopContext loop;
  private final long limit;
  private final List<ConnectionWriter> waiting = new ArrayList<>();
  private final Map<ByteBuf, Shared> shared = new IdentityHashMap<>();
  private long kernelBytes;
  private long kernelMillis;
  // Written by the loop; any thread may look.
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param limit bytes of all sockets of the loop
   */
  LoopOutput(LoopContext loop, long limit) {
    this.loop = loop;
    this.limit = limit;
  }

  /** Whether those for whom something waits are to get no more. */
  boolean isShort() {
    return bytes() > limit / 5 * 4;
  }

  /**
   * Counts a large payload that is about to be sent.
   *
   * @return whether the kernel takes all of it, as it does of a few; otherwise it gets it bit by
   *     bit, and the rest waits here: where many were sent lately, and there is room for what waits
   */
  boolean takeForKernel(int payloadBytes) {
    long now = loop.nowMillis();
    kernelBytes = Math.max(0, kernelBytes - (now - kernelMillis) * KERNEL_BYTES_A_MILLI);
    kernelMillis = now;
    if (kernelBytes + payloadBytes > KERNEL_BYTES && bytes() <= limit / 2) {
      return false;
    }
    kernelBytes += payloadBytes;
    return true;
  }

  /** Bytes that wait; any thread may ask. */
  long bytes() {
    return bytes.getOpaque();
  }

  /** For a writer's client so many bytes of its own wait now. */
  void changed(ConnectionWriter writer, long before, long now) {
    bytes.setOpaque(bytes() + now - before);
    if ((now > 0 || writer.waitingBytes() > 0) && !writer.watched) {
      writer.watched = true;
      waiting.add(writer);
      if (!isArmed()) {
        lookAgain();
      }
    }
  }

  /** Makes room, now that nothing is being written. */
  void shed() {
    while (bytes() > limit) {
      ConnectionWriter most = most();
      if (most == null) {
        return;
      }
      loop.counters().drop(DropReason.OUTPUT_LIMIT);
      most.abandon();
      if (most.waitingBytes() > 0) {
        // It lets go later; to ask it again would never end.
        return;
      }
    }
  }

  private @Nullable ConnectionWriter most() {
    ConnectionWriter most = null;
    long mostBytes = 0;
    for (ConnectionWriter writer : waiting) {
      long bytes = writer.costBytes();
      if (bytes > mostBytes) {
        most = writer;
        mostBytes = bytes;
      }
    }
    return most;
  }

  /** A large payload that several clients of the loop may wait for. */
  static final class Shared {
    private final ByteBuf payload;
    private final int bytes;
    private int holders;

    private Shared(ByteBuf payload) {
      this.payload = payload;
      this.bytes = payload.readableBytes();
    }

    int bytes() {
      return bytes;
    }

    /** What each of those who wait for it has of it. */
    long partBytes() {
      return bytes / Math.max(1, holders);
    }
  }

  /** One client more waits for a payload, until {@link #shareNoMore}. */
  Shared share(ByteBuf payload) {
    Shared one = shared.computeIfAbsent(payload, Shared::new);
    if (one.holders++ == 0) {
      bytes.setOpaque(bytes() + one.bytes);
    }
    return one;
  }

  void shareNoMore(Shared one) {
    if (--one.holders == 0) {
      shared.remove(one.payload);
      bytes.setOpaque(bytes() - one.bytes);
    }
  }

  private void lookAgain() {
    loop.timer().arm(this, loop.nowMillis() + LOOK_AGAIN_MILLIS);
  }

  /** A socket says that it takes more only where it took none; the others are asked. */
  @Override
  protected void expired() {
    for (int i = waiting.size() - 1; i >= 0; i--) {
      ConnectionWriter writer = waiting.get(i);
      writer.recount();
      if (writer.waitingBytes() == 0) {
        writer.watched = false;
        waiting.set(i, waiting.get(waiting.size() - 1));
        waiting.remove(waiting.size() - 1);
      }
      writer.goOn();
    }
    if (!waiting.isEmpty()) {
      lookAgain();
    }
  }
}
