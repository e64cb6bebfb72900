package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SparesTest {
  private static final int FILE_BYTES = 64 * 1024;
  private static final int SLICE_BYTES = FILE_BYTES / 8;

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final Spares spares = new Spares(disk, FILE_BYTES);

  @Test
  void oneGrowsByASliceAtATime() throws IOException {
    for (int i = 1; i < 8; i++) {
      spares.grow(0);
      assertThat(spares.isReady()).isFalse();
      assertThat(spares.bytes()).isEqualTo(i * SLICE_BYTES);
    }
    spares.grow(0);
    assertThat(spares.isReady()).isTrue();
    assertThat(disk.open(spares.first(FILE_BYTES)).size()).isEqualTo(FILE_BYTES);
    assertThat(disk.names()).hasSize(1);
  }

  @Test
  void whoeverNeedsItNowGetsTheRestAtOnce() throws IOException {
    spares.grow(0);
    assertThat(disk.open(spares.first(FILE_BYTES)).size()).isEqualTo(FILE_BYTES);
    assertThat(disk.names()).containsExactly("spare-0");
  }

  @Test
  void whereThereIsNoRoomNothingOfItStays() throws IOException {
    disk.capacity(3 * SLICE_BYTES);
    spares.grow(2 * SLICE_BYTES);
    spares.grow(0);
    assertThatThrownBy(() -> spares.grow(0)).hasMessageContaining("No space");
    assertThat(spares.bytes()).isZero();
    assertThat(disk.names()).isEmpty();

    disk.capacity(FILE_BYTES);
    assertThat(disk.open(spares.first(FILE_BYTES)).size()).isEqualTo(FILE_BYTES);
  }

  @Test
  void oneThatIsGivenUpLeavesItsRoomToOthers() throws IOException {
    spares.grow(0);
    spares.giveUp();
    spares.giveUp();
    assertThat(disk.names()).isEmpty();
    assertThat(spares.bytes()).isZero();
  }

  @Test
  void thereAreTwoAtMostWithTheOneThatGrows() throws IOException {
    for (int i = 0; i < 3; i++) {
      disk.create("segment-" + i, FILE_BYTES);
    }
    spares.grow(0);
    assertThat(spares.recycle("segment-0")).isTrue();
    assertThat(spares.recycle("segment-1")).isFalse();
    spares.taken();
    spares.grow(FILE_BYTES);
    assertThat(spares.isReady()).isTrue();
    assertThat(spares.recycle("segment-1")).isTrue();
    assertThat(spares.recycle("segment-2")).isFalse();
  }

  @Test
  void aForceThatFailsIsNotTriedAgainOnThatFile() throws IOException {
    spares.grow(0);
    disk.failForce();
    assertThatThrownBy(() -> spares.grow(0)).isInstanceOf(IOException.class);
    assertThat(disk.names()).isEmpty();
    spares.grow(0);
    assertThat(disk.names()).containsExactly("spare-1");
  }

  @Test
  void halfOfOneIsTakenAwayByTheNextProcess() throws IOException {
    spares.grow(0);
    spares.close();
    FaultyDisk next = disk.kill();
    Spares again = new Spares(next, FILE_BYTES);
    again.found("spare-0");
    assertThat(again.isReady()).isFalse();
    assertThat(next.names()).isEmpty();
    again.grow(0);
    assertThat(next.names()).containsExactly("spare-1");
  }

  /** A lack of room shows while there is some left for what makes room. */
  @Test
  void theNextOneIsThereBeforeTheSegmentIsHalfFull() throws IOException {
    JournalConf conf = new JournalConf(FILE_BYTES, 1 << 20, 0);
    Journal journal = new Journal(disk, conf, new KeyValues());
    int batches = 0;
    long written = 0;
    while (written < FILE_BYTES / 2) {
      RecordBuffer records = new RecordBuffer(32);
      KeyValues.write(records, batches++, 1, 10_000);
      journal.append(records, null);
      journal.writeOnce();
      written = journal.figures().writtenBytes();
    }
    assertThat(batches).isLessThan(8);
    assertThat(journal.room().isPreparing()).isFalse();
    assertThat(disk.names()).anyMatch(name -> name.startsWith(Spares.SPARE));
    journal.close();
  }

  /** Nobody has to come for it to grow. */
  @Test
  void itGrowsWhileNobodyWritesAnything() throws IOException {
    Journal journal = new Journal(disk, new JournalConf(FILE_BYTES, 1 << 20, 0), new KeyValues());
    assertThat(journal.room().isPreparing()).isTrue();
    int turns = 0;
    while (turns < 100 && journal.writeOnce()) {
      turns++;
    }
    assertThat(turns).isBetween(5, 8);
    assertThat(journal.room().isPreparing()).isFalse();
    journal.close();
  }
}
