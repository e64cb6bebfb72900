package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final JournalConf CONF = new JournalConf(8192, 1 << 20, 0);
  private static final String FIRST = "segment-0000000000000001";

  private FaultyDisk disk = new FaultyDisk(new Random(1));

  private static void append(Journal journal, int key, long version) {
    append(journal, key, version, 50);
  }

  private static void append(Journal journal, int key, long version, int length) {
    RecordBuffer records = new RecordBuffer(32);
    KeyValues.write(records, key, version, length);
    journal.append(records, null);
    journal.writeOnce();
  }

  private Map<Integer, Long> reopen() throws IOException {
    disk = disk.kill();
    var found = new KeyValues();
    new Journal(disk, CONF, found).close();
    return found.versions();
  }

  @Test
  void whatWasSafeAndIsNotAsItWasIsRefusedWithFilePlaceAndWhatToDo() throws IOException {
    Journal journal = new Journal(disk, CONF, new KeyValues());
    append(journal, 1, 1);
    append(journal, 2, 2);
    append(journal, 3, 3);
    disk.damage(FIRST, Frame.HEAD_BYTES + 40);
    assertThatThrownBy(this::reopen)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FIRST)
        .hasMessageContaining("at byte " + Frame.HEAD_BYTES)
        .hasMessageContaining("Restore the folder from a copy");
  }

  /** It is with the operating system, and the contents have it. */
  @Test
  void whatNobodyWaitsForIsNotForcedToTheDiskAtOnce() throws IOException {
    JournalConf conf = new JournalConf(8192, 1 << 20, 0);
    var contents = new KeyValues();
    Journal journal = new Journal(disk, conf, contents);
    append(journal, 1, 1);
    long before = journal.figures().syncs();
    boolean[] safe = new boolean[1];
    RecordBuffer records = new RecordBuffer(32);
    KeyValues.write(records, 1, 2, 50);
    journal.append(records, () -> safe[0] = true, true);
    journal.writeOnce();
    assertThat(contents.versions()).containsEntry(1, 2L);
    // A test that is slow sees it forced after a while.
    assertThat(safe[0]).isEqualTo(journal.figures().syncs() > before);
    journal.hurry();
    journal.writeOnce();
    journal.writeOnce();
    assertThat(safe[0]).isTrue();
    assertThat(journal.figures().syncs()).isEqualTo(before + 1);
    disk = disk.losePower();
    assertThat(reopen()).containsEntry(1, 2L);
  }

  @Test
  void itIsForcedAfterAWhileWhoeverWaits() throws Exception {
    Journal journal = new Journal(disk, CONF, new KeyValues());
    journal.start();
    CountDownLatch safe = new CountDownLatch(1);
    RecordBuffer records = new RecordBuffer(32);
    KeyValues.write(records, 1, 1, 50);
    journal.append(records, safe::countDown, true);
    assertThat(safe.await(30, TimeUnit.SECONDS)).isTrue();
    journal.close();
  }

  @Test
  void whoWaitsIsToldAheadOfTheIndexAndTheLastOneFirst() throws IOException {
    List<String> order = new ArrayList<>();
    RecordHandler contents =
        new RecordHandler() {
          @Override
          public void apply(long segment, int at, byte[] records, int length) {
            order.add("read " + records[0]);
          }

          @Override
          public long liveBytes() {
            return 0;
          }

          @Override
          public Keeper keeper(long segment) {
            return (at, records, length, to) -> false;
          }
        };
    try (Journal journal = new Journal(disk, CONF, contents)) {
      for (int i = 1; i <= 3; i++) {
        RecordBuffer records = new RecordBuffer(8);
        records.writeByte(i);
        int number = i;
        journal.append(records, () -> order.add("told " + number));
      }
      journal.writeOnce();
    }
    assertThat(order).containsExactly("told 3", "told 2", "told 1", "read 1", "read 2", "read 3");
  }

  @Test
  void theLastBatchMayBeTornAtAnyByte() throws IOException {
    int size = Frame.size(66);
    for (int cut = 0; cut < size; cut++) {
      disk = new FaultyDisk(new Random(cut));
      Journal journal = new Journal(disk, CONF, new KeyValues());
      append(journal, 1, 1);
      append(journal, 1, 2);
      byte[] bytes = disk.bytes(FIRST);
      int start = Frame.HEAD_BYTES + size;
      Arrays.fill(bytes, start + cut, start + size, (byte) 0);
      // The last bytes are no part of it: they fill it up.
      long newest = cut >= Frame.OVERHEAD_BYTES + 66 - 50 ? 2 : 1;
      assertThat(reopen()).containsEntry(1, newest);
      assertThat(reopen()).containsEntry(1, newest);
    }
  }

  /** Some systems call clean what they could not write: asked again, they would say that it is. */
  @Test
  void aForceThatFailedIsNotTriedAgainOnThatFile() throws IOException {
    for (int seed = 0; seed < 10; seed++) {
      disk = new FaultyDisk(new Random(seed));
      Journal journal = new Journal(disk, CONF, new KeyValues());
      append(journal, 1, 1);
      disk.failForce();
      RecordBuffer records = new RecordBuffer(32);
      KeyValues.write(records, 2, 2, 50);
      AtomicInteger told = new AtomicInteger();
      journal.append(records, told::incrementAndGet);
      journal.writeOnce();
      assertThat(told).hasValue(0);
      assertThat(journal.isFull()).isTrue();
      byte[] failed = disk.bytes(FIRST).clone();
      journal.writeOnce();
      assertThat(told).hasValue(1);
      assertThat(journal.isFull()).isFalse();
      assertThat(disk.bytes(FIRST)).isEqualTo(failed);
      assertThat(disk.names()).contains(FIRST.replace('1', '2'));
      assertThat(reopen()).containsEntry(1, 1L).containsEntry(2, 2L);
    }
  }

  @Test
  void aFolderIsOneBrokers(@TempDir Path folder) throws IOException {
    try (FileDisk mine = new FileDisk(folder)) {
      assertThat(mine.names()).containsExactlyInAnyOrder("LOCK", "FORMAT");
      assertThatThrownBy(() -> new FileDisk(folder))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use");
    }
  }

  @Test
  void itsThreadWritesToFilesThatAreFoundAgain(@TempDir Path folder) throws Exception {
    for (long syncMillis : new long[] {0, 20}) {
      JournalConf conf = new JournalConf(64 * 1024, 1 << 20, syncMillis);
      KeyValues found = new KeyValues();
      try (Journal journal = new Journal(new FileDisk(folder), conf, found)) {
        int before = found.versions().size();
        journal.start();
        CountDownLatch committed = new CountDownLatch(500);
        for (int i = 0; i < 500; i++) {
          RecordBuffer records = new RecordBuffer(32);
          KeyValues.write(records, before + i % 50, i, 300);
          journal.append(records, committed::countDown);
        }
        assertThat(committed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(journal.figures().batches()).isLessThanOrEqualTo(500);
        assertThat(journal.isFull()).isFalse();
      }
    }
    KeyValues found = new KeyValues();
    new Journal(new FileDisk(folder), CONF, found).close();
    assertThat(found.versions()).hasSize(100).containsEntry(0, 450L).containsEntry(99, 499L);
  }

  /** Without its thread whoever waits would wait for ever. */
  @Test
  void anErrorIsAFailureOfTheDiskAndWhatWaitsIsWrittenAgain(@TempDir Path folder) throws Exception {
    JournalConf conf = new JournalConf(64 * 1024, 1 << 20, 0);
    try (Journal journal = new Journal(new FileDisk(folder), conf, new KeyValues())) {
      journal.start();
      CountDownLatch told = new CountDownLatch(1);
      RecordBuffer broken = new RecordBuffer(32);
      KeyValues.write(broken, 1, 1, 50);
      journal.append(
          broken,
          () -> {
            throw new NoSuchFieldError("a jar of two versions");
          });
      RecordBuffer next = new RecordBuffer(32);
      KeyValues.write(next, 2, 2, 50);
      journal.append(next, told::countDown);
      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aFullDiskIsToldAheadAndHeals() throws IOException {
    disk.capacity(5 * 8192);
    Journal journal = new Journal(disk, new JournalConf(8192, 1 << 20, 0), new KeyValues());
    for (int i = 0; !journal.isFull(); i++) {
      // So long that nothing is won by writing them closer together.
      append(journal, i, i, 900);
    }
    // What is told nevertheless is taken as long as it fits.
    append(journal, 0, 1_000_000);
    assertThat(journal.figures().full()).isTrue();
    disk.capacity(Long.MAX_VALUE);
    journal.room().lookNow();
    journal.writeOnce();
    assertThat(journal.isFull()).isFalse();
    assertThat(reopen()).containsEntry(0, 1_000_000L);
  }

  /** Whoever waits for a sync does not wait for all of it. */
  @Test
  void whatIsNeededOfASegmentIsWrittenAnewByAndBy() throws IOException {
    JournalConf conf = new JournalConf(64 * 1024, 1 << 20, 0);
    Journal journal = new Journal(disk, conf, new KeyValues());
    for (int key = 0; key < 10; key++) {
      append(journal, key, 7);
    }
    int turns = 0;
    for (int version = 1; disk.names().contains(FIRST); version++) {
      append(journal, 100, version, 1_000);
      turns = 0;
      while (disk.names().contains(FIRST) && journal.writeOnce()) {
        turns++;
      }
    }
    assertThat(turns).isBetween(5, 20);
    disk = disk.losePower();
    var found = new KeyValues();
    new Journal(disk, conf, found).close();
    assertThat(found.versions()).hasSize(11).containsEntry(0, 7L).containsEntry(9, 7L);
  }

  /** Else it would grow up to its limit, and then refuse what it has room for. */
  @Test
  void howeverMuchComesAtOnceFilesAreUsedAgainAsFastAsTheyAreFilled() throws IOException {
    JournalConf conf = new JournalConf(8192, 16 << 20, 0);
    var contents = new KeyValues();
    Journal journal = new Journal(disk, conf, contents);
    for (int key = 1; key <= 500; key++) {
      append(journal, key, 7);
    }
    for (int batch = 0; batch < 300; batch++) {
      for (int i = 0; i < 40; i++) {
        RecordBuffer records = new RecordBuffer(32);
        KeyValues.write(records, 0, batch * 40 + i, 400);
        journal.append(records, null);
      }
      journal.writeOnce();
    }
    assertThat(journal.figures().bytes()).isLessThan(4 * contents.liveBytes() + 10 * 8192);
    disk = disk.losePower();
    var found = new KeyValues();
    new Journal(disk, conf, found).close();
    assertThat(found.versions()).hasSize(501).containsEntry(0, 11_999L).containsEntry(500, 7L);
  }
}
