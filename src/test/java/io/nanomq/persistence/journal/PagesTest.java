package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.Disk;
import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.journal.JournalReads;
import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever is in a hurry gets a page while the journal's thread waits for the disk. */
@Timeout(60)
class PagesTest {
  private static final int MESSAGES = 2 * MessagePage.MOST_MESSAGES + 88;
  private static final long SESSION = 1;

  private final ManualLoops loops = new ManualLoops(1);
  private final List<MessagePage> pages = new ArrayList<>();
  private final List<Boolean> answersWhileForcing = new ArrayList<>();
  private JournalReads reads;
  private JournalStores stores;
  private SessionStore store;

  @BeforeEach
  void open() throws IOException {
    var disk = new AskingDisk(new FaultyDisk(new Random(1)));
    var clock = new StoreClock(loops::nowMillis, loops::nowMillis);
    stores = new JournalStores(disk, new JournalConf(1 << 20, 1L << 30, 0), 1L << 30, false);
    stores.recover(clock);
    store = stores.open(loops.context(0), clock);
    stores.begin();
    for (int i = 0; i < MESSAGES; i++) {
      var message =
          new PublishMessage(
              TopicName.of("t"), new byte[8], new byte[0], 1, false, PublishMessage.NEVER);
      store.queued(SESSION, i, 0, message, new DeliveryOptions(1, false, null, null));
    }
    write();
  }

  private void write() {
    loops.runAll();
    JournalDriver.writeOnce(stores.journal());
    loops.runAll();
  }

  private void read(long from, int times) {
    store.read(SESSION, from, times, pages::add);
    loops.runAll();
  }

  @Test
  void aLargePageThatIsFullComesAtOnce() {
    read(0, 2);
    assertThat(pages).hasSize(1);
    assertThat(pages.get(0).messages()).hasSize(2 * MessagePage.MOST_MESSAGES);
    assertThat(pages.get(0).isLast()).isFalse();
  }

  @Test
  void theLastOneComesBehindAllThatWasTold() {
    store.settled(SESSION, MESSAGES - 1);
    read(2 * MessagePage.MOST_MESSAGES, 2);
    assertThat(pages).isEmpty();
    write();
    assertThat(pages).hasSize(1);
    assertThat(pages.get(0).messages()).hasSize(87);
    assertThat(pages.get(0).isLast()).isTrue();
  }

  @Test
  void oneOfUsualSizeComesBehindAllThatWasTold() {
    store.settled(SESSION, 0);
    read(0, 1);
    assertThat(pages).isEmpty();
    write();
    assertThat(pages).hasSize(1);
    assertThat(pages.get(0).messages().get(0).sequence()).isEqualTo(1);
  }

  @Test
  void theJournalAnswersWhileItWaitsForTheDisk() {
    reads = stores.journal().reads();
    store.settled(SESSION, 0);
    write();
    assertThat(answersWhileForcing).isNotEmpty().doesNotContain(false);
  }

  /** Asks whenever something is made safe. */
  private final class AskingDisk implements Disk {
    private final Disk disk;

    AskingDisk(Disk disk) {
      this.disk = disk;
    }

    @Override
    public List<String> names() throws IOException {
      return disk.names();
    }

    @Override
    public DiskFile open(String name) throws IOException {
      return new AskingFile(disk.open(name));
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
      return new AskingFile(disk.create(name, bytes));
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void close() throws IOException {
      disk.close();
    }
  }

  private final class AskingFile implements Disk.DiskFile {
    private final Disk.DiskFile file;

    AskingFile(Disk.DiskFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      file.read(position, into);
    }

    @Override
    public void force() throws IOException {
      JournalReads asked = reads;
      if (asked != null) {
        answersWhileForcing.add(
            CompletableFuture.supplyAsync(() -> asked.askAtOnce(() -> true)).join());
      }
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
