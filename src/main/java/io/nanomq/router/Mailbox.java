package io.nanomq.router;

import io.nanomq.loop.LoopContext;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * What other loops have for this one, taken in slices so that the loop's own sockets are served
 * between them.
 *
 * <p>Shared: {@link #offer} and {@link #isLagging} may be called by any loop; they touch an atomic
 * count and the loop's own task queue. The rest is confined to the loop.
 */
final class Mailbox {
  private static final Logger LOG = Logger.getLogger(Mailbox.class);

  /** Messages that may wait before those who send are slowed down. */
  private static final int LAGGING = 16 * 1024;

  /** Deliveries in one slice. */
  private static final int SLICE = 8 * 1024;

  private final LoopContext loop;
  private final ToIntFunction<HandOff> delivery;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ArrayDeque<HandOff> batches = new ArrayDeque<>();
  private final Runnable drain = this::drain;
  private boolean draining;

  /**
   * @param delivery delivers the next message of a batch and says to how many
   */
  Mailbox(LoopContext loop, ToIntFunction<HandOff> delivery) {
    this.loop = loop;
    this.delivery = delivery;
  }

  void offer(HandOff batch) {
    waiting.addAndGet(batch.size());
    loop.eventLoop().execute(() -> accept(batch));
  }

  boolean isLagging() {
    return waiting.get() > LAGGING;
  }

  private void accept(HandOff batch) {
    batches.add(batch);
    if (!draining) {
      drain();
    }
  }

  private void drain() {
    int budget = SLICE;
    while (budget > 0) {
      HandOff batch = batches.peek();
      if (batch == null) {
        draining = false;
        return;
      }
      while (batch.hasNext() && budget > 0) {
        budget -= 1 + deliver(batch);
      }
      if (!batch.hasNext()) {
        batches.poll();
        waiting.addAndGet(-batch.size());
      }
    }
    draining = true;
    loop.eventLoop().execute(drain);
  }

  /** A message that cannot be delivered is passed over: it must not hold up those behind it. */
  private int deliver(HandOff batch) {
    try {
      return delivery.applyAsInt(batch);
    } catch (Throwable failure) {
      LOG.error("A message from another loop could not be delivered", failure);
      return 0;
    } finally {
      batch.advance();
    }
  }
}
