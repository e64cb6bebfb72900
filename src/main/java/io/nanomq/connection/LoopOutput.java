package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the sockets of one loop until its clients read it. Near the bound, those for whom
 * something waits get no more, and are not read from: their messages wait in their sessions. Beyond
 * it whoever has most is closed. Those who read notice nothing.
 */
@LoopConfined
final class LoopOutput extends Timeout {
  private static final long LOOK_AGAIN_MILLIS = 100;

  private final LoopContext loop;
  private final long limit;
  private final List<ConnectionWriter> waiting = new ArrayList<>();
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

  /** Bytes that wait; any thread may ask. */
  long bytes() {
    return bytes.getOpaque();
  }

  /** For a writer's client so many bytes wait now. */
  void changed(ConnectionWriter writer, long before, long now) {
    bytes.setOpaque(bytes() + now - before);
    if (now > 0 && !writer.watched) {
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
      long before = bytes();
      most.abandon();
      if (bytes() >= before) {
        // It lets go later; to ask it again would never end.
        return;
      }
    }
  }

  private @Nullable ConnectionWriter most() {
    ConnectionWriter most = null;
    for (ConnectionWriter writer : waiting) {
      if (writer.waitingBytes() > (most == null ? 0 : most.waitingBytes())) {
        most = writer;
      }
    }
    return most;
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
