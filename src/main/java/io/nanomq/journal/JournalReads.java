package io.nanomq.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * What others ask of what a journal has, and how many read its files because of the answers. No
 * file goes while somebody reads, and while one is to go nothing is answered: so it is not put off
 * for ever.
 *
 * <p>Shared: {@link #ask}, {@link #end} and {@link #reader} may be called by any thread, all else
 * by the one that writes.
 */
public final class JournalReads {
  private static final Logger LOG = Logger.getLogger(JournalReads.class);

  private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final List<Runnable> due = new ArrayList<>();
  private final Disk disk;
  private final Runnable wake;
  private boolean held;

  JournalReads(Disk disk, Runnable wake) {
    this.disk = disk;
    this.wake = wake;
  }

  /**
   * Asks what the contents say, on the writing thread: all that the caller appended before is among
   * them, unless the disk fails.
   */
  public void ask(Runnable question) {
    asked.add(question);
    wake.run();
  }

  /** What the one who asks is told stays where it is until {@link #end}; within a question only. */
  public void begin() {
    underWay.incrementAndGet();
  }

  public void end() {
    underWay.decrementAndGet();
    wake.run();
  }

  /**
   * Reads what was told to the contents once more.
   *
   * @param windowBytes so much is read at once
   */
  public FrameReader reader(int windowBytes) {
    return new FrameReader(disk, windowBytes);
  }

  /** What was asked until now is answered next: all that its askers told before is taken then. */
  void take() {
    Runnable next = asked.poll();
    while (next != null) {
      due.add(next);
      next = asked.poll();
    }
  }

  /**
   * Answers what was taken.
   *
   * @return whether there was any
   */
  boolean answer() {
    if (held || due.isEmpty()) {
      return false;
    }
    for (Runnable question : due) {
      try {
        question.run();
      } catch (RuntimeException failure) {
        LOG.error("What was asked of the journal failed", failure);
      }
    }
    due.clear();
    return true;
  }

  /**
   * Whether a file may go now, if one is to.
   *
   * @param isDue whether one is to go
   */
  boolean letGo(boolean isDue) {
    held = isDue && underWay.get() > 0;
    return isDue && !held;
  }

  /** Whether there is something to do: an answer, or what had to wait for those who read. */
  boolean isDue() {
    return held ? underWay.get() == 0 : !asked.isEmpty() || !due.isEmpty();
  }
}
