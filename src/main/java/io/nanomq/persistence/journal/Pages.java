package io.nanomq.persistence.journal;

import io.nanomq.journal.Journal;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads what sessions wait for: the journal's thread says where it stands, a thread for that alone
 * reads it, the loop that asked gets it. A session asks for one page at a time, so no more wait
 * here than there are sessions. What loops have not taken yet is bounded: however many ask, and
 * however slow their loop is, the others wait for their page.
 *
 * <p>Shared: any loop asks.
 */
final class Pages {
  private static final Logger LOG = Logger.getLogger(Pages.class);

  /** So many bytes may be read that loops have not taken yet, and one page more. */
  private static final long MOST_BYTES = 2L << 20;

  /** Beyond that part of them pages are no larger than usual. */
  private static final int USUAL_PART = 4;

  private record Request(
      LoopContext loop,
      StoreClock clock,
      PageEntries found,
      long from,
      Consumer<MessagePage> then) {}

  private final AtomicLong underWay = new AtomicLong();
  private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
  // Of the page that was read last, for the next one.
  private final AtomicReference<@Nullable PageEntries> spare = new AtomicReference<>();
  private final long mostBytes;
  private final StoredState state;
  private final Journal journal;
  private final @Nullable ExecutorService thread;
  private final Executor executor;
  // Of whoever reads, alone.
  private final PageReader reader;

  /**
   * @param indexBytes that may be taken to know where messages stand; no more are read at once
   * @param hasThread whether it reads by itself, or whoever makes the journal write reads
   */
  Pages(StoredState state, Journal journal, long indexBytes, boolean hasThread) {
    this.state = state;
    this.mostBytes = Math.min(MOST_BYTES, indexBytes);
    this.journal = journal;
    this.reader = new PageReader(journal.reads());
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
    Request request = new Request(loop, clock, found, from, then);
    journal
        .reads()
        .ask(
            () -> {
              // Not before: another one's question may come ahead of what this one has told.
              waiting.add(request);
              begin();
            });
  }

  /** Begins to read for those who wait, as far as there is room; on the journal's thread. */
  private void begin() {
    Request next = underWay.get() < mostBytes ? waiting.poll() : null;
    while (next != null) {
      begin(next);
      next = underWay.get() < mostBytes ? waiting.poll() : null;
    }
  }

  private void begin(Request request) {
    PageEntries found = request.found;
    if (underWay.get() > mostBytes / USUAL_PART) {
      found.isUsual();
    }
    PageEntries read = spare.getAndSet(null);
    if (read != null) {
      found.reuse(read);
    }
    state.find(found, request.from);
    underWay.addAndGet(found.bytes());
    found.isLast &= journal.isCurrent();
    journal.reads().begin();
    try {
      executor.execute(() -> read(request));
    } catch (RejectedExecutionException closed) {
      journal.reads().end();
      taken(request);
    }
  }

  private void read(Request request) {
    MessagePage page = read(request.found, request.clock);
    try {
      request
          .loop
          .eventLoop()
          .execute(
              () -> {
                taken(request);
                request.then.accept(page);
              });
    } catch (RejectedExecutionException stopped) {
      LOG.debug("A loop has stopped before it got what it asked for", stopped);
      taken(request);
    }
  }

  private void taken(Request request) {
    underWay.addAndGet(-request.found.bytes());
    if (!waiting.isEmpty()) {
      journal.reads().ask(this::begin);
    }
  }

  private MessagePage read(PageEntries found, StoreClock clock) {
    try {
      return reader.read(found, clock);
    } finally {
      spare.set(found);
      try {
        reader.close();
      } catch (IOException failed) {
        LOG.debug("A file could not be closed", failed);
      }
      journal.reads().end();
    }
  }

  void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
