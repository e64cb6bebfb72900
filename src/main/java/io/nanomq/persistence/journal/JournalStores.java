package io.nanomq.persistence.journal;

import io.nanomq.journal.Disk;
import io.nanomq.journal.Journal;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalException;
import io.nanomq.journal.JournalFigures;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.journal.Snapshot;
import io.nanomq.journal.SpareArrays;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.RecoveredState.Retained;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.StoreStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Sessions, messages and retained messages in a journal.
 *
 * <p>Shared: loops append to the journal, which is made for that. What was found is read before the
 * journal's thread starts, and belongs to it from then on.
 */
public final class JournalStores implements SessionStores {
  private static final Logger LOG = Logger.getLogger(JournalStores.class);

  private static final int COPY_SECONDS = 30;

  /**
   * A client that acknowledges so many in a row has much to come, and that is not forced to the
   * disk each time. In steady traffic what comes meanwhile is all the more at once.
   */
  private static final int LONG_RUN = 64;

  /** With so much the next message's records begin a buffer: a long array is copied to grow. */
  static final int FULL_BYTES = 112 * 1024;

  private static final int FEWEST_BYTES = 4 * 1024;

  /** A full buffer and a message. */
  private static final int MOST_BYTES = 128 * 1024;

  private final IndexMemory memory;
  private final StoredState state;
  private final Journal journal;
  private final SpareArrays spare = new SpareArrays();
  private final Pages pages;
  private final Disk disk;
  private final String name;
  private final StoreStatus status;
  private final boolean writes;
  // All are opened before any is asked.
  private int loops;
  // Tests have fewer.
  int longRun = LONG_RUN;

  /**
   * Opens the journal and reads what it has.
   *
   * @throws IOException where it cannot be read; the message says what to do
   */
  public JournalStores(Disk disk, JournalConf conf) throws IOException {
    this(disk, conf, Long.MAX_VALUE);
  }

  /**
   * Opens the journal and reads what it has.
   *
   * @param indexBytes beyond so many to know where messages stand, further ones are refused
   * @throws IOException where it cannot be read; the message says what to do
   */
  public JournalStores(Disk disk, JournalConf conf, long indexBytes) throws IOException {
    this(disk, conf, indexBytes, true);
  }

  /**
   * @param writes whether it writes by itself, or somebody else makes it write
   */
  JournalStores(Disk disk, JournalConf conf, long indexBytes, boolean writes) throws IOException {
    this.memory = new IndexMemory(indexBytes);
    this.state = new StoredState(memory);
    this.disk = disk;
    this.name = disk.toString();
    this.status = new StoreStatus(conf.syncMillis() == 0 ? "fsync" : "async", name, "");
    this.writes = writes;
    try {
      journal = new Journal(disk, conf, state);
      pages = new Pages(state, journal, indexBytes, writes);
    } catch (UnknownFormatException unknown) {
      state.retained.abandon();
      disk.close();
      throw new JournalException(
          "The journal in %s cannot be read: %s".formatted(name, unknown.getMessage()));
    } catch (IOException | RuntimeException failed) {
      state.retained.abandon();
      disk.close();
      throw failed;
    }
  }

  @Override
  public RecoveredState recover(StoreClock clock) {
    long began = System.nanoTime();
    RecordBuffer start = new RecordBuffer(64);
    state.marks.write(start, RecordType.START);
    try {
      journal.appendNow(start);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    state.restored();
    RecoveredState recovered;
    try (Recovery recovery = new Recovery(state, journal, clock)) {
      recovered = recovery.recover();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    state.forgetValues();
    LOG.debugf(
        "What the journal in %s has was made out in %d ms",
        name, (System.nanoTime() - began) / 1_000_000);
    return recovered;
  }

  /** What was recovered is there again: it writes from now on. */
  @Override
  public void begin() {
    if (writes) {
      journal.start();
    }
  }

  @Override
  public CompletableFuture<Retained> retained(StoreClock clock) {
    var found = new CompletableFuture<Retained>();
    journal.reads().ask(() -> retained(clock, found));
    return found;
  }

  private void retained(StoreClock clock, CompletableFuture<Retained> found) {
    if (!journal.isCurrent()) {
      found.completeExceptionally(
          new IOException("The journal in %s is not written".formatted(name)));
      return;
    }
    var reading = new RetainedReading(state.retained, journal, clock);
    if (!found.complete(reading)) {
      reading.close(); // nobody waits for it any more
    }
  }

  @Override
  public StoreStatus status() {
    return status;
  }

  @Override
  public SessionStore open(LoopContext loop, StoreClock clock) {
    loops++;
    return new LoopStore(this, loop, clock);
  }

  /**
   * For what is appended: of one of few lengths, so that one array does for another.
   *
   * @param usualBytes how much was in those before
   */
  RecordBuffer newBuffer(int usualBytes) {
    int twice = Integer.highestOneBit(Math.max(usualBytes, FEWEST_BYTES / 2)) << 1;
    return new RecordBuffer(Math.min(twice, MOST_BYTES), spare);
  }

  void append(RecordBuffer records, Runnable whenCommitted) {
    append(records, whenCommitted, false);
  }

  void append(RecordBuffer records, Runnable whenCommitted, boolean canWait) {
    journal.append(records, whenCommitted, canWait);
  }

  /** See {@link SessionStore#isBeyondShare}. */
  boolean isBeyondShare(long bytes, long messages, long own) {
    return isBeyondShare(journal.room().liveBytes(), journal.room().capacity(), bytes, own)
        || isBeyondShare(memory.bytes(), memory.limit(), messages * Rows.ROW_BYTES, own);
  }

  private boolean isBeyondShare(long used, long most, long account, long own) {
    boolean isLarge = own > MessagePage.MOST_BYTES || isNearly(used, most);
    return used >= most / 4 * 3 && isLarge && account > most / 4 / loops;
  }

  private static boolean isNearly(long used, long most) {
    return used >= most / 8 * 7;
  }

  /** See {@link SessionStore#isNearlyFullOfMessages}. */
  boolean isIndexNearlyFull() {
    return isNearly(memory.bytes(), memory.limit());
  }

  boolean isFull(boolean isStuck) {
    return journal.isFull(isStuck);
  }

  /** Whether it takes too much memory to know where what waits stands. */
  boolean isIndexFull() {
    return memory.isFull();
  }

  Pages pages() {
    return pages;
  }

  Journal journal() {
    return journal;
  }

  /** What is safe now, to be copied; fails where nothing can be made safe within a while. */
  public CompletableFuture<StoreCopy> copy() {
    var taken = new CompletableFuture<Snapshot>();
    var copy =
        taken.thenApply(
            snapshot ->
                new StoreCopy(
                    snapshot,
                    state.sessions.size(),
                    state.messages.rows().size(),
                    state.retained.size()));
    taken.orTimeout(COPY_SECONDS, TimeUnit.SECONDS);
    journal.snapshot(taken);
    return copy;
  }

  /** What the journal has done. */
  public JournalFigures figures() {
    long index = memory.bytes() + state.retained.bytes();
    return journal.figures().withIndex(index, memory.isFull());
  }

  /** The process is about to end: whoever wants the folder waits for it. Any thread may say so. */
  public void ending() {
    disk.ending();
  }

  @Override
  public void close() {
    pages.close();
    try {
      journal.close();
    } catch (IOException failed) {
      LOG.errorf("The journal in %s could not be closed: %s", name, failed);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
