package io.nanomq.persistence.journal;

import io.nanomq.journal.Journal;
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
 * reads it, the loop that asked gets it. Whoever is in a hurry does not wait for the journal's
 * thread, which waits for the disk most of the time: what is safe already fills the page, or it is
 * asked all the same. A session asks for one page at a time, so no more wait here than there are
 * sessions.
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
    if (found.isUsual()) {
      ask(loop, clock, found, from, then);
      return;
    }
    execute(
        () -> {
          if (journal.reads().askAtOnce(() -> isFilled(found, from))) {
            read(found, loop, clock, then);
          } else {
            found.clear();
            ask(loop, clock, found, from, then);
          }
        });
  }

  /** Whether the page is full of what is safe, and something stands behind it. */
  private boolean isFilled(PageEntries found, long from) {
    find(found, from);
    if (!found.isLast) {
      begin(found);
    }
    return !found.isLast;
  }

  private void ask(
      LoopContext loop,
      StoreClock clock,
      PageEntries found,
      long from,
      Consumer<MessagePage> then) {
    journal
        .reads()
        .ask(
            () -> {
              find(found, from);
              found.isLast &= journal.isCurrent();
              begin(found);
              if (!execute(() -> read(found, loop, clock, then))) {
                underWay.addAndGet(-found.bytes());
                journal.reads().end();
              }
            });
  }

  private void find(PageEntries found, long from) {
    if (underWay.get() > MOST_BYTES) {
      found.makeUsual();
    }
    state.find(found, from);
  }

  private void begin(PageEntries found) {
    underWay.addAndGet(found.bytes());
    journal.reads().begin();
  }

  private boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
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
