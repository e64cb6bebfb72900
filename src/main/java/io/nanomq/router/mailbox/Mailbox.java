package io.nanomq.router.mailbox;

import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What other loops have for this one, taken in slices so that the loop's own sockets are served
 * between them.
 *
 * <p>Shared: {@link #offer} and {@link #isLagging} may be called by any loop; they touch a
 * concurrent queue, atomics and the loop's own task queue. The rest is confined to the loop. A
 * batch is in the queue before its sender's acknowledgements leave, and the loop looks here before
 * it handles a PUBLISH of its own: what was acknowledged before another client published comes
 * first.
 */
public final class Mailbox {
  private static final Logger LOG = Logger.getLogger(Mailbox.class);

  /** Messages that may wait before those who send are slowed down. */
  private static final int LAGGING = 16 * 1024;

  private final LoopContext loop;
  private final Consumer<HandOff> delivery;
  private final BooleanSupplier full;
  private final Queue<HandOff> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final long maxBytes;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable drain = this::drain;
  private final LoopContext.TurnEnd drainNextTurn;
  private @Nullable HandOff current;
  // Recipients of this loop that have no room; written by the loop only.
  private volatile int fullRecipients;
  private volatile int roomChanges;

  /**
   * @param maxBytes bytes that may wait; from half of them on those who send are slowed down
   * @param delivery delivers the next message of a batch, and counts it into the turn
   * @param full whether nothing more can be taken now
   */
  public Mailbox(
      LoopContext loop, long maxBytes, Consumer<HandOff> delivery, BooleanSupplier full) {
    this.full = full;
    this.maxBytes = maxBytes;
    this.loop = loop;
    this.delivery = delivery;
    this.drainNextTurn = () -> loop.eventLoop().execute(drain);
  }

  public void offer(HandOff batch) {
    waiting.addAndGet(batch.size());
    waitingBytes.addAndGet(batch.bytes());
    batches.add(batch);
    schedule();
  }

  /** Wakes the loop, unless that was done and it has not looked since. */
  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      loop.eventLoop().execute(drain);
    }
  }

  public boolean isLagging() {
    return waiting.get() > LAGGING || waitingBytes.get() > maxBytes / 2;
  }

  /** Whether nobody may send more who can wait; any loop may ask. */
  public boolean hasNoRoom() {
    return waiting.get() > 2 * LAGGING || waitingBytes.get() > maxBytes;
  }

  /** Bytes that wait, a batch that was begun as a whole; any thread may ask. */
  public long waitingBytes() {
    return waitingBytes.get();
  }

  /** Whether any recipient has no room, so that it pays to look; any loop may ask. */
  public boolean hasFull() {
    return fullRecipients > 0;
  }

  /** One recipient more has no room, or one fewer; on the loop. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public void addFull(int more) {
    fullRecipients += more;
    roomChanges = more < 0 ? roomChanges + 1 & Integer.MAX_VALUE : roomChanges;
  }

  /** How often a recipient had room again, modulo 2^31; any loop may ask. */
  public int roomChanges() {
    return roomChanges;
  }

  public boolean isEmpty() {
    return waiting.get() == 0;
  }

  private void drain() {
    scheduled.set(false);
    loop.budget().reserve();
    take();
    if (!isEmpty() && scheduled.compareAndSet(false, true)) {
      // Sockets get their turn in between.
      loop.atTurnEnd(drainNextTurn);
    }
  }

  /** Delivers what waits until the turn is used up; on the loop. */
  public void take() {
    if (isEmpty()) {
      return;
    }
    TurnBudget budget = loop.budget();
    while (!budget.isUsedUp() && !full.getAsBoolean()) {
      HandOff batch = current != null ? current : batches.poll();
      if (batch == null) {
        return;
      }
      current = batch;
      while (batch.hasNext() && !budget.isUsedUp() && !full.getAsBoolean()) {
        budget.spend(TurnBudget.PACKET);
        deliver(batch);
      }
      if (!batch.hasNext()) {
        current = null;
        waitingBytes.addAndGet(-batch.bytes());
        waiting.addAndGet(-batch.size());
      }
    }
  }

  /** A message that cannot be delivered is passed over: it must not hold up those behind it. */
  private void deliver(HandOff batch) {
    try {
      delivery.accept(batch);
    } catch (Throwable failure) {
      LOG.error("A message from another loop could not be delivered", failure);
    } finally {
      batch.advance();
    }
  }
}
