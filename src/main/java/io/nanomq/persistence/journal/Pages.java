package io.nanomq.persistence.journal;

import io.nanomq.journal.Journal;
import io.nanomq.journal.JournalReads;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads what sessions wait for: the journal's thread says where it stands, a thread for that alone
 * reads it, the loop that asked gets it. A session asks for one page at a time, so no more wait
 * here than there are sessions.
 *
 * <p>Shared: any loop asks.
 */
final class Pages {
  private static final Logger LOG = Logger.getLogger(Pages.class);

  /** Beyond so many that loops have not taken yet, pages are no larger than usual. */
  private static final long MOST_BYTES = 8L << 20;

  private final AtomicLong underWay = new AtomicLong();
  private final StoredState state;
  private final Journal journal;
  private final @Nullable ExecutorService thread;
  private final Executor executor;

  /**
   * @param hasThread whether it reads by itself, or whoever makes the journal write reads
   */
  Pages(StoredState state, Journal journal, boolean hasThread) {
    this.state = state;
    this.journal = journal;
    this.thread = hasThread ? Executors.newSingleThreadExecutor(Pages::make) : null;
    this.executor = thread == null ? Runnable::run : thread;
  }

  private static Thread make(Runnable task) {
    Thread thread = new Thread(task, "nanomq-journal-reader");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * As {@link io.nanomq.persistence.SessionStore#read}, for what was appended before.
   *
   * @param found takes where they stand
   */
  void read(
      LoopContext loop,
      StoreClock clock,
      PageEntries found,
      long from,
      Consumer<MessagePage> then) {
    JournalReads reads = journal.reads();
    reads.ask(
        () -> {
          if (underWay.get() > MOST_BYTES) {
            found.isUsual();
          }
          state.find(found, from);
          underWay.addAndGet(found.bytes());
          found.isLast &= journal.isCurrent();
          reads.begin();
          try {
            executor.execute(() -> read(found, loop, clock, then));
          } catch (RejectedExecutionException closed) {
            underWay.addAndGet(-found.bytes());
            reads.end();
          }
        });
  }

  private void read(
      PageEntries found, LoopContext loop, StoreClock clock, Consumer<MessagePage> then) {
    MessagePage page = read(found, clock);
    try {
      loop.eventLoop()
          .execute(
              () -> {
                underWay.addAndGet(-found.bytes());
                then.accept(page);
              });
    } catch (RejectedExecutionException stopped) {
      LOG.debug("A loop has stopped before it got what it asked for", stopped);
    }
  }

  private MessagePage read(PageEntries found, StoreClock clock) {
    PageReader reader = new PageReader(journal.reads(), clock);
    try {
      return reader.read(found);
    } finally {
      journal.reads().end();
      try {
        reader.close();
      } catch (IOException failed) {
        LOG.debug("A file could not be closed", failed);
      }
    }
  }

  void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
