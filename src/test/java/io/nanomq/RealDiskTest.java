package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.Journal;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.journal.RecordHandler;
import io.nanomq.persistence.journal.JournalStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal on file systems that are really full, read-only or gone. */
@Timeout(120)
class RealDiskTest {
  private static final int SEGMENT = 4 << 20;
  private static final int RECORD = 100_000;

  @TempDir Path folder;
  private boolean isMounted;

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  /** 64 MiB of their own, where this process may mount. */
  private void mount() throws Exception {
    isMounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "nanomq-test", folder.toString());
    if (!isMounted) {
      System.out.println("RealDiskTest skipped: this process may not mount a tmpfs");
    }
    Assumptions.assumeTrue(isMounted, "may not mount");
  }

  @AfterEach
  void unmount() throws Exception {
    if (isMounted) {
      assertThat(run("umount", "-l", folder.toString())).isTrue();
    }
  }

  /** Remembers the first bytes of records. */
  private static final class Numbers implements RecordHandler {
    final List<Integer> applied = new ArrayList<>();

    @Override
    public void apply(long segment, int at, byte[] records, int length) {
      applied.add((records[0] & 0xFF) << 16 | (records[1] & 0xFF) << 8 | records[2] & 0xFF);
    }

    @Override
    public long liveBytes() {
      return (long) applied.size() * RECORD;
    }

    @Override
    public Keeper keeper(long segment) {
      return (at, records, length, to) -> {
        to.writeBytes(records, 0, length);
        return true;
      };
    }
  }

  private static RecordBuffer record(int number) {
    RecordBuffer buffer = new RecordBuffer(RECORD);
    byte[] bytes = new byte[RECORD];
    bytes[0] = (byte) (number >> 16);
    bytes[1] = (byte) (number >> 8);
    bytes[2] = (byte) number;
    buffer.writeBytes(bytes, 0, bytes.length);
    return buffer;
  }

  private static void append(Journal journal, int number) {
    CompletableFuture<Void> safe = new CompletableFuture<>();
    journal.append(record(number), () -> safe.complete(null));
    assertThat(safe).succeedsWithin(60, TimeUnit.SECONDS);
  }

  private JournalConf conf() {
    return new JournalConf(SEGMENT, 1L << 40, 0);
  }

  @Test
  void aFileSystemThatFillsAndIsFreed() throws Exception {
    mount();
    Numbers numbers = new Numbers();
    int told = 0;
    Path other = folder.resolve("of-somebody-else");
    try (Journal journal = new Journal(new FileDisk(folder.resolve("store")), conf(), numbers)) {
      journal.start();
      Files.write(other, new byte[30 << 20]);
      while (!journal.isFull()) {
        append(journal, told++);
      }
      assertThat(told).isBetween(50, 350);
      await().atMost(60, TimeUnit.SECONDS).until(() -> journal.figures().roomBytes() == 0);
      // What makes room is still taken, and somebody else may still write.
      append(journal, told++);
      assertThat(folder.toFile().getUsableSpace()).isGreaterThan(1 << 20);
      Files.delete(other);
      await().atMost(60, TimeUnit.SECONDS).until(() -> !journal.isFull());
      append(journal, told++);
    }
    Numbers again = new Numbers();
    new Journal(new FileDisk(folder.resolve("store")), conf(), again).close();
    assertThat(again.applied).hasSize(told).isSorted();
  }

  @Test
  void aDiskThatIsFullToTheBrim() throws Exception {
    mount();
    Numbers numbers = new Numbers();
    try (Journal journal = new Journal(new FileDisk(folder.resolve("store")), conf(), numbers)) {
      journal.start();
      fill(folder.resolve("of-somebody-else"));
      int told = 0;
      while (!journal.isFull()) {
        append(journal, told++);
      }
      assertThat(told).isPositive();
      Files.delete(folder.resolve("of-somebody-else"));
      await().atMost(60, TimeUnit.SECONDS).until(() -> !journal.isFull());
      append(journal, told);
    }
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      byte[] some = new byte[64 << 10];
      while (true) {
        out.write(some);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  @Test
  void aSmallDiskIsEnoughForTheDefaults() throws Exception {
    mount();
    var usual = new Persistence(Durability.FSYNC, false, folder.resolve("s").toString(), 0, 1000);
    try (var stores = StoreOpening.open(usual)) {
      assertThat(stores).isInstanceOf(JournalStores.class);
      assertThat(stores.status().durability()).isEqualTo("fsync");
    }
  }

  @Test
  void aReadOnlyFileSystem() throws Exception {
    mount();
    assertThat(run("mount", "-o", "remount,ro", folder.toString())).isTrue();
    String where = folder.resolve("store").toString();
    assertThatThrownBy(
            () -> StoreOpening.open(new Persistence(Durability.FSYNC, true, where, 0, 1000)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(where)
        .hasMessageContaining("Read-only file system");
    var status =
        StoreOpening.open(new Persistence(Durability.FSYNC, false, where, 0, 1000)).status();
    assertThat(status.durability()).isEqualTo("none");
    assertThat(status.problem()).contains(where).contains("Read-only file system");
  }

  /** Files that are gone still take what is written, and nobody would ever find it. */
  @Test
  void aFolderThatIsRemovedWhileItIsUsed() throws Exception {
    Path store = folder.resolve("store");
    Journal journal = new Journal(new FileDisk(store), conf(), new Numbers());
    journal.start();
    append(journal, 1);
    try (Stream<Path> files = Files.walk(store)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    CompletableFuture<Void> safe = new CompletableFuture<>();
    journal.append(record(2), () -> safe.complete(null));
    await().atMost(60, TimeUnit.SECONDS).until(() -> journal.figures().failures() > 0);
    assertThat(journal.isFull()).isTrue();
    assertThat(safe).isNotDone();
    assertThatThrownBy(journal::close).isInstanceOf(IOException.class);
  }

  /** It is the disk that is wrong, and not the broker; and half an export helps nobody. */
  @Test
  void anExportToAFullDiskLeavesNothing() throws Exception {
    mount();
    Files.write(folder.resolve("others"), new byte[60 << 20]);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/", RealDiskTest::muchOf);
    server.start();
    try {
      Path conf = folder.resolve("nanomq.conf");
      int port = server.getAddress().getPort();
      Files.writeString(conf, "http_server.ip_addr=127.0.0.1\nhttp_server.port=" + port + "\n");
      Path file = folder.resolve("store.ndjson");
      var said = new ByteArrayOutputStream();
      var out = new PrintStream(said, true, StandardCharsets.UTF_8);
      String[] args = {"export", file.toString(), "--conf", conf.toString()};
      assertThat(TransferCommand.run(args, out, out)).isEqualTo(1);
      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains("nanomq export: " + file + " cannot be written: No space left on device");
      assertThat(folder).isDirectoryNotContaining("glob:**store.ndjson*");
    } finally {
      server.stop(0);
    }
  }

  private static void muchOf(HttpExchange exchange) {
    byte[] part = new byte[1 << 20];
    try {
      exchange.sendResponseHeaders(200, 0);
      for (int i = 0; i < 16; i++) {
        exchange.getResponseBody().write(part);
      }
      exchange.close();
    } catch (IOException gone) {
      // Who asked has no room for it.
      exchange.close();
    }
  }
}
