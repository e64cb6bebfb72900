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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
 * laid out for the same. A message is published, queued, sent and, a batch later, settled.
 *
 * <pre>../store.sh FOLDER [ROUNDS]</pre>
 */
public final class StoreBench {
  private static final int[] BATCHES = {32, 320, 2000};
  private static final byte[] PAYLOAD = new byte[256];

  private interface Store {
    /** Stores so many messages from a number on, and returns when they are safe. */
    void write(long first, int count) throws Exception;

    void close() throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    double[][][] micros = new double[2][BATCHES.length][rounds];
    for (int round = -1; round < rounds; round++) {
      for (int b = 0; b < BATCHES.length; b++) {
        for (int kind = 0; kind < 2; kind++) {
          double cost = measure(folder, kind, BATCHES[b]);
          if (round >= 0) {
            micros[kind][b][round] = cost;
          }
        }
      }
    }
    for (int b = 0; b < BATCHES.length; b++) {
      double journal = median(micros[0][b]);
      double rocks = median(micros[1][b]);
      System.out.printf(
          "batches of %d: journal %.2f, RocksDB %.2f CPU us a message: %.1f times%n",
          BATCHES[b], journal, rocks, rocks / journal);
    }
    System.exit(0);
  }

  private static double median(double[] all) {
    double[] sorted = all.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double measure(Path folder, int kind, int batch) throws Exception {
    Path dir = Files.createTempDirectory(folder, "store");
    Store store = kind == 0 ? new JournalStore(dir) : new RocksStore(dir);
    int batches = Math.min(2_000, 800_000 / batch);
    long number = 1;
    for (int i = 0; i < batches / 10; i++, number += batch) {
      store.write(number, batch);
    }
    long cpu = cpuNanos();
    for (int i = 0; i < batches; i++, number += batch) {
      store.write(number, batch);
    }
    double cost = (cpuNanos() - cpu) / 1e3 / ((double) batches * batch);
    store.close();
    try (var files = Files.walk(dir)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    return cost;
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
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
    public void write(long first, int count) throws Exception {
      CountDownLatch safe = new CountDownLatch(1);
      eventLoop.execute(
          () -> {
            for (long n = first; n < first + count; n++) {
              one(n, count);
            }
            store.handedOver(0, MessageNumber.of(0, first + count - 1));
            store.afterCommit(token -> safe.countDown(), 0);
          });
      safe.await();
    }

    private void one(long n, int back) {
      PublishMessage message =
          new PublishMessage(topic, PAYLOAD, new byte[0], 1, false, PublishMessage.NEVER);
      long number = MessageNumber.of(0, n);
      store.published(number, message, 1, NO_GROUPS, 0, 0);
      store.queued(SESSION, n, number, message, OPTIONS);
      store.sent(SESSION, n, 1 + (int) (n % 65_535));
      if (n > back) {
        store.settled(SESSION, n - back);
      }
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
    public void write(long first, int count) throws Exception {
      CountDownLatch safe = new CountDownLatch(1);
      eventLoop.execute(
          () -> {
            WriteBatch batch = gather(first, count);
            writer.execute(() -> write(batch, () -> eventLoop.execute(safe::countDown)));
          });
      safe.await();
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
        long settled = first - count;
        batch.put(all, key(4, 1), key(5, settled + count - 1));
        if (settled > 0) {
          batch.deleteRange(all, key(1, settled), key(1, settled + count));
          batch.deleteRange(all, key(2, settled), key(2, settled + count));
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
