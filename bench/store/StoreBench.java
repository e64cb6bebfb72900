import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.journal.JournalStores;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What a QoS 1 message of 256 bytes to one durable session costs the store, with a sync for each
 * batch: this broker's (records, index, reclaim, hand-over to its thread and back) beside RocksDB
 * laid out for the same. A message is published, queued, sent and, a batch later, settled. An event
 * loop makes the next batch when it is told that the one before is safe, as in the broker. Beside
 * them stand what no store can save: the hand-over to a thread that does nothing and back, and one
 * to a thread that writes as many bytes to a file that is there and forces them.
 *
 * <pre>../store.sh FOLDER [ROUNDS]</pre>
 */
public final class StoreBench {
  private static final int[] BATCHES = {32, 320, 2000};
  private static final byte[] PAYLOAD = new byte[256];

  /** Bytes that a message takes in the journal. */
  private static final int JOURNAL_BYTES = 318;

  /** Messages until both use their files again, and all is compiled. */
  private static final int WARM_UP = 1_300_000;

  private enum Kind {
    NOTHING,
    SYNC,
    JOURNAL,
    ROCKSDB
  }

  private interface Store {
    EventLoop loop();

    /**
     * Stores so many messages from a number on; called on the loop.
     *
     * @param then called on the loop when they are safe
     */
    void write(long first, int count, Runnable then);

    void close() throws Exception;
  }

  /** What a message and a batch take. */
  private record Cost(double cpuMicros, double batchMicros) {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Kind[] kinds = Kind.values();
    Cost[][][] costs = new Cost[BATCHES.length][kinds.length][rounds];
    for (int round = -1; round < rounds; round++) {
      for (int b = 0; b < BATCHES.length; b++) {
        for (Kind kind : kinds) {
          Cost cost = measure(folder, kind, BATCHES[b]);
          if (round >= 0) {
            costs[b][kind.ordinal()][round] = cost;
          }
        }
      }
    }
    for (int b = 0; b < BATCHES.length; b++) {
      print(BATCHES[b], costs[b]);
    }
    System.exit(0);
  }

  private static void print(int batch, Cost[][] costs) {
    System.out.printf("batches of %d, CPU us a message (us a batch):", batch);
    for (Kind kind : Kind.values()) {
      Cost[] all = costs[kind.ordinal()];
      double micros = median(all, Cost::cpuMicros);
      System.out.printf(" %s %.2f (%.0f)", kind, micros, median(all, Cost::batchMicros));
    }
    double journal = median(costs[Kind.JOURNAL.ordinal()], Cost::cpuMicros);
    double rocks = median(costs[Kind.ROCKSDB.ordinal()], Cost::cpuMicros);
    System.out.printf(": %.1f times%n", rocks / journal);
  }

  private static double median(Cost[] all, ToDoubleFunction<Cost> of) {
    double[] sorted = Arrays.stream(all).mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Cost measure(Path folder, Kind kind, int batch) throws Exception {
    Path dir = Files.createTempDirectory(folder, "store");
    Store store = open(kind, dir);
    int batches = Math.min(8_000, 800_000 / batch);
    int before = 2_000;
    long number = 1 + write(store, 1, WARM_UP / before, before);
    number += write(store, number, batches / 10, batch);
    long began = System.nanoTime();
    long cpu = cpuNanos();
    write(store, number, batches, batch);
    cpu = cpuNanos() - cpu;
    double micros = (System.nanoTime() - began) / 1e3;
    store.close();
    try (var files = Files.walk(dir)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    return new Cost(cpu / 1e3 / ((double) batches * batch), micros / batches);
  }

  private static Store open(Kind kind, Path dir) throws Exception {
    return switch (kind) {
      case NOTHING -> new SyncStore(null);
      case SYNC -> new SyncStore(dir);
      case JOURNAL -> new JournalStore(dir);
      case ROCKSDB -> new RocksStore(dir);
    };
  }

  /** Writes so many batches, one when the one before is safe; returns how many messages. */
  private static long write(Store store, long first, int batches, int batch) throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    new Runnable() {
      private long number = first;
      private int left = batches;

      @Override
      public void run() {
        if (left == 0) {
          all.countDown();
        } else {
          left--;
          number += batch;
          store.write(number - batch, batch, this);
        }
      }

      void begin() {
        store.loop().execute(this);
      }
    }.begin();
    all.await();
    return (long) batches * batch;
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** A thread that parks until there is something to do, and writes as many bytes as the journal. */
  private static final class SyncStore implements Store {
    private static final int FILE_BYTES = 64 << 20;

    private final EventLoop eventLoop = new EpollEventLoopGroup(1).next();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
    private final FileChannel file;
    private final Thread thread = new Thread(this::run);
    private volatile Runnable next;
    private volatile int length;
    private volatile boolean ends;
    private long at = 64;

    /** Null = nothing is written. */
    SyncStore(Path dir) throws Exception {
      file = dir == null ? null : file(dir.resolve("file"));
      thread.start();
    }

    private FileChannel file(Path path) throws Exception {
      var made = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      for (int at = 0; at < FILE_BYTES; at += bytes.capacity()) {
        made.write(bytes.clear(), at);
      }
      made.force(true);
      return made;
    }

    @Override
    public EventLoop loop() {
      return eventLoop;
    }

    @Override
    public void write(long first, int count, Runnable then) {
      length = Math.min(bytes.capacity(), count * JOURNAL_BYTES);
      next = then;
      LockSupport.unpark(thread);
    }

    private void run() {
      while (!ends) {
        Runnable then = next;
        if (then == null) {
          LockSupport.park();
        } else {
          next = null;
          write();
          eventLoop.execute(then);
        }
      }
    }

    private void write() {
      if (file == null) {
        return;
      }
      at = at + length > FILE_BYTES ? 64 : at;
      try {
        at += file.write(bytes.clear().limit(length), at);
        file.force(false);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    @Override
    public void close() throws Exception {
      ends = true;
      LockSupport.unpark(thread);
      thread.join();
      eventLoop.parent().shutdownGracefully();
      if (file != null) {
        file.close();
      }
    }
  }

  /** This broker's, on an event loop as in the broker. */
  private static final class JournalStore implements Store {
    private static final long SESSION = 1;
    private static final DeliveryOptions OPTIONS = new DeliveryOptions(1, false, null, null);
    private static final GroupName[] NO_GROUPS = {};

    private final EventLoop eventLoop = new EpollEventLoopGroup(1).next();
    private final TopicName topic = TopicName.of("sensors/hall/temperature");
    private final JournalStores stores;
    private final SessionStore store;
    private final LoopContext loop;
    private long settled = 1;

    JournalStore(Path dir) throws Exception {
      stores = new JournalStores(new FileDisk(dir), new JournalConf(64 << 20, 4L << 30, 0));
      StoreClock clock = new StoreClock(System::currentTimeMillis, System::currentTimeMillis);
      stores.recover(clock);
      stores.begin();
      loop =
          eventLoop
              .submit(() -> new LoopContext(0, eventLoop, System::currentTimeMillis))
              .get();
      store = eventLoop.submit(() -> stores.open(loop, clock)).get();
      eventLoop.submit(this::begin).get();
    }

    private void begin() {
      store.sessionKept(
          SESSION, io.nanomq.persistence.SessionRecord.ofBridge("bench", "bench"));
    }

    @Override
    public EventLoop loop() {
      return eventLoop;
    }

    @Override
    public void write(long first, int count, Runnable then) {
      for (long n = first; n < first + count; n++) {
        one(n);
      }
      // As many as were sent before.
      for (; settled < first; settled++) {
        store.settled(SESSION, settled);
      }
      store.handedOver(0, MessageNumber.of(0, first + count - 1));
      store.afterCommit(token -> then.run(), 0);
    }

    private void one(long n) {
      PublishMessage message =
          new PublishMessage(topic, PAYLOAD, new byte[0], 1, false, PublishMessage.NEVER);
      long number = MessageNumber.of(0, n);
      store.published(number, message, 1, NO_GROUPS, 0, 0);
      store.queued(SESSION, n, number, message, OPTIONS);
      store.sent(SESSION, n, 1 + (int) (n % 65_535));
    }

    @Override
    public void close() {
      stores.close();
      eventLoop.parent().shutdownGracefully();
    }
  }

  /**
   * RocksDB: one put for a message, one for its delivery, one cursor for what is settled, and what
   * is settled deleted by range; no compression, a log that is written again. The loop encodes and
   * gathers, a thread of its own writes, as with the journal; there is no index that says which
   * messages nobody needs any more, which a broker would have to have.
   */
  private static final class RocksStore implements Store {
    private final Options options =
        new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setRecycleLogFileNum(4)
            .setWriteBufferSize(64 << 20);
    private final WriteOptions sync = new WriteOptions().setSync(true);
    private final EventLoop eventLoop = new EpollEventLoopGroup(1).next();
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final TopicName topic = TopicName.of("sensors/hall/temperature");
    private final RocksDB db;
    private final ColumnFamilyHandle all;
    private long settled = 1;

    RocksStore(Path dir) throws Exception {
      RocksDB.loadLibrary();
      db = RocksDB.open(options, dir.toString());
      all = db.getDefaultColumnFamily();
    }

    private static byte[] key(int kind, long number) {
      return ByteBuffer.allocate(9).put((byte) kind).putLong(number).array();
    }

    private static byte[] encoded(PublishMessage message) {
      byte[] name = message.topic().utf8();
      byte[] payload = message.payload();
      return ByteBuffer.allocate(name.length + payload.length + 16)
          .putShort((short) name.length)
          .put(name)
          .putLong(message.expiresAtMillis())
          .putInt(payload.length)
          .put(payload)
          .array();
    }

    @Override
    public EventLoop loop() {
      return eventLoop;
    }

    @Override
    public void write(long first, int count, Runnable then) {
      WriteBatch batch = gather(first, count);
      writer.execute(() -> write(batch, () -> eventLoop.execute(then)));
    }

    private WriteBatch gather(long first, int count) {
      WriteBatch batch = new WriteBatch(count * 360);
      try {
        for (long n = first; n < first + count; n++) {
          var message =
              new PublishMessage(topic, PAYLOAD, new byte[0], 1, false, PublishMessage.NEVER);
          batch.put(all, key(1, n), encoded(message));
          batch.put(all, key(2, n), key(3, n));
        }
        batch.put(all, key(4, 1), key(5, first - 1));
        if (settled < first) {
          batch.deleteRange(all, key(1, settled), key(1, first));
          batch.deleteRange(all, key(2, settled), key(2, first));
          settled = first;
        }
      } catch (RocksDBException failed) {
        throw new IllegalStateException(failed);
      }
      return batch;
    }

    private void write(WriteBatch batch, Runnable then) {
      try (batch) {
        db.write(sync, batch);
      } catch (RocksDBException failed) {
        throw new IllegalStateException(failed);
      }
      then.run();
    }

    @Override
    public void close() {
      writer.shutdown();
      eventLoop.parent().shutdownGracefully();
      db.close();
      sync.close();
      options.close();
    }
  }
}
