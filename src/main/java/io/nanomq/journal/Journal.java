package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Frame.Head;
import io.nanomq.journal.UnsyncedEntries.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Appends what many threads tell it, in one order, and says when it is safe: all that waits is
 * written at once and forced to the disk once; what comes meanwhile is the next batch.
 *
 * <p>Shared: {@link #append}, {@link #isFull}, {@link #snapshot} and {@link #figures} may be called
 * by any thread. All else is done by one thread, which alone touches the disk but for copies.
 */
public final class Journal implements Closeable {
  private static final Logger LOG = Logger.getLogger(Journal.class);
  static final long RETRY_NANOS = 500_000_000;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = 4096;
  private final Disk disk;
  private final JournalConf conf;
  private final RecordHandler contents;
  private final Segments segments;
  private final JournalRoom room;
  private final DiskWatch watch;
  private final Images images;
  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final JournalReads reads;
  private final PendingBytes pendingBytes = new PendingBytes();
  private final JournalCounters counters = new JournalCounters();
  private final Thread thread = new Thread(this::run, "nanomq-journal");
  private volatile boolean failing;
  private volatile boolean closing;
  private volatile boolean idle;
  private final UnsyncedEntries unsynced;
  private final SegmentReuse reuse;
  // the segment that is being written; null = the next frame begins one
  private @Nullable DiskFile file;
  private long segment;
  private int fileBytes;
  private int position;
  private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long lastFrame;
  // what is safe
  private long validSegment;
  private int validBytes;
  private long syncedFrame;

  /**
   * Opens what the folder has and tells the contents of it, oldest record first.
   *
   * @throws JournalException where the journal is damaged, of another version or in use; the
   *     message says what to do
   */
  public Journal(Disk disk, JournalConf conf, RecordHandler contents) throws IOException {
    this.disk = disk;
    this.conf = conf;
    this.contents = contents;
    this.unsynced = new UnsyncedEntries(conf, pendingBytes);
    this.reads = new JournalReads(disk, this::wake);
    this.images = new Images(disk);
    this.segments = new Segments(disk, conf.segmentBytes(), images);
    this.room = new JournalRoom(disk, conf, segments, counters);
    this.reuse = new SegmentReuse(disk, conf, segments, room, reads, contents, unsynced);
    this.watch = new DiskWatch(disk, conf.patienceMillis());
    Segments.End end = segments.recover(contents);
    validSegment = end.segment();
    validBytes = end.validBytes();
    syncedFrame = end.lastFrame();
    lastFrame = syncedFrame;
    begin(0);
    force();
    room.prepareSpare(contents.liveBytes(), position);
  }

  /** Writes from now on by itself. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Appends records, all or none of which are found again. What one thread appends comes in the
   * order of its calls.
   *
   * @param records handed over
   * @param whenCommitted called on the writing thread once they are safe, and all that came before;
   *     of what is safe at once the last one's is called first, so that one call may do for all
   */
  public void append(RecordBuffer records, @Nullable Runnable whenCommitted) {
    append(records, whenCommitted, false);
  }

  /**
   * @param canWait whether nobody waits until they are safe, unless somebody says {@link #hurry}
   */
  public void append(RecordBuffer records, @Nullable Runnable whenCommitted, boolean canWait) {
    pendingBytes.add(records);
    queue.add(new Entry(records, whenCommitted, canWait));
    wake();
  }

  /** Somebody waits for what was appended before. */
  public void hurry() {
    reads.ask(unsynced::hurry);
  }

  private void wake() {
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  /** How others get to know what it has, and read it. */
  public JournalReads reads() {
    return reads;
  }

  /** Whether all is safe that was appended before what is asked now was asked; on that thread. */
  public boolean isCurrent() {
    return !failing;
  }

  /** All that is written now; on the writing thread. Whoever takes it closes it. */
  public Snapshot view() {
    return segments.snapshot(segment, file == null ? 0 : position);
  }

  /** Appends records before {@link #start}, and returns when they are safe. */
  public void appendNow(RecordBuffer records) throws IOException {
    append(records, null);
    if (!writeOnce()) {
      throw new JournalException("The journal in %s cannot be written".formatted(disk));
    }
    force();
  }

  /** Whether nothing should be appended but what makes room: there is none, or no disk. */
  public boolean isFull() {
    return isFull(isStuck());
  }

  /** The same for who knows whether the disk {@link #isStuck}. */
  public boolean isFull(boolean isStuck) {
    return isFailing(isStuck) || room.isFull();
  }

  /** Whether the disk has said nothing for long; any thread, not for every message. */
  public boolean isStuck() {
    return watch.isStuck();
  }

  /** Whether the disk does not do what it is asked, or {@link #isStuck}; any thread. */
  public boolean isFailing(boolean isStuck) {
    return isStuck || failing;
  }

  /** See {@link JournalConf#isBehind}; those are about to be appended. */
  public boolean isBehind(RecordBuffer more, int bytes) {
    return pendingBytes.isBehind(conf, more, bytes);
  }

  /** Has it completed on the writing thread, between two batches, as soon as all is safe. */
  public void snapshot(CompletableFuture<Snapshot> taker) {
    reads.ask(() -> give(taker));
  }

  private void give(CompletableFuture<Snapshot> taker) {
    try {
      force();
      Snapshot taken = segments.snapshot(validSegment, validBytes);
      if (!taker.complete(taken)) {
        taken.close();
      }
    } catch (IOException failure) {
      taker.completeExceptionally(failure);
      failed(failure);
    }
  }

  public JournalRoom room() {
    return room;
  }

  public JournalFigures figures() {
    return counters.figures(pendingBytes.get(), isFull());
  }

  private void run() {
    while (!closing || !queue.isEmpty() && !failing) {
      boolean worked = false;
      try {
        watch.asks();
        worked = writeOnce();
        keepImage(images.isDue(worked));
      } catch (RuntimeException | Error unexpected) {
        failed(new IOException(unexpected));
      }
      watch.answered();
      if (!worked) {
        await();
      }
    }
  }

  private void await() {
    idle = true;
    long until = System.nanoTime() + patience();
    long left = patience();
    while (left > 0 && !closing && (failing || queue.isEmpty() && !reads.isDue())) {
      if (failing) {
        reads.take();
        reads.answer();
      }
      LockSupport.parkNanos(this, left);
      left = until - System.nanoTime();
    }
    idle = false;
  }

  private long patience() {
    return failing || unsynced.isEmpty() ? RETRY_NANOS : conf.mostUnsyncedNanos();
  }

  /**
   * Writes all that waits, once; by the one thread that writes.
   *
   * @return whether there was anything to do, and it could be done
   */
  boolean writeOnce() {
    reads.take();
    boolean any = unsynced.take(queue);
    try {
      write();
      if (unsynced.isSyncDue(closing)) {
        force();
      }
      reuse.go(unsynced.taken(), this::makeSafe);
      room.prepareSpare(contents.liveBytes(), position);
      recovered();
      return reads.answer() || any || room.isPreparing() || reuse.isUnderWay();
    } catch (IOException failure) {
      failed(failure);
      reads.answer();
      return false;
    }
  }

  private void write() throws IOException {
    while (unsynced.hasNext()) {
      RecordBuffer records = unsynced.next().records;
      int size = Frame.size(records.length());
      if (file == null || size > fileBytes - position - out.position()) {
        flush();
        force();
        begin(size);
        continue;
      }
      if (out.remaining() < size) {
        flush();
      }
      if (out.capacity() < size) {
        out = ByteBuffer.allocateDirect(size);
      }
      int at = position + out.position();
      Frame.write(out, segment, ++lastFrame, syncedFrame, records.bytes(), records.length());
      images.frame(segment, at);
      unsynced.wrote(at, size);
    }
    flush();
    unsynced.wrote(contents, segment);
  }

  private void flush() throws IOException {
    DiskFile current = file;
    if (current != null && out.position() > 0) {
      int length = out.position();
      current.write(position, out.flip());
      position += length;
      images.wrote(length);
      counters.written(length);
    }
    out.clear();
  }

  private void force() throws IOException {
    DiskFile current = file;
    if (current == null) {
      return;
    }
    flush();
    long began = System.nanoTime();
    current.force();
    disk.check();
    counters.synced(unsynced.written(), unsynced.forced(began, !queue.isEmpty()));
    validSegment = segment;
    validBytes = position;
    syncedFrame = lastFrame;
    unsynced.commit(contents, segment);
    unsynced.safe();
  }

  /** Begins a segment: all that is written is safe, or is to be written anew. */
  private void begin(int frameBytes) throws IOException {
    end();
    int needed = Frame.HEAD_BYTES + frameBytes + BLOCK_BYTES - 1 & -BLOCK_BYTES;
    fileBytes = Math.max(conf.segmentBytes(), needed);
    DiskFile next = segments.begin(fileBytes);
    segment = segments.lastNumber();
    file = next;
    position = 0;
    out.clear();
    Frame.writeHead(out, new Head(segment, validSegment, validBytes, syncedFrame + 1));
  }

  private void end() throws IOException {
    DiskFile before = file;
    if (before != null) {
      file = null;
      segments.end(segment, validSegment == segment ? validBytes : 0);
      before.close();
    }
  }

  /** What a failed call has left behind is unknown: that file is not written to again. */
  private void failed(IOException failure) {
    counters.failed();
    reads.letGo(false);
    if (!failing) {
      failing = true;
      LOG.errorf(
          "The journal in %s cannot be written, and nothing acknowledged by it: %s", disk, failure);
    }
    try {
      end();
    } catch (IOException alsoFailed) {
      LOG.debug("A file could not be closed", alsoFailed);
    }
    lastFrame = syncedFrame;
    unsynced.again();
    out.clear();
  }

  private void recovered() {
    if (failing) {
      failing = false;
      LOG.infof("The journal in %s can be written again", disk);
    }
  }

  private void makeSafe() throws IOException {
    write();
    force();
  }

  void keepImage(boolean isDue) {
    if (isDue && file != null && lastFrame == syncedFrame && unsynced.isEmpty()) {
      images.write(contents, segment);
    }
  }

  /** Writes what waits, as far as that can be done. */
  @Override
  public void close() throws IOException {
    closing = true;
    if (thread.isAlive()) {
      LockSupport.unpark(thread);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      makeSafe();
      keepImage(true);
      end();
    } finally {
      segments.spares().close();
      disk.close();
    }
  }
}
