package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a journal says is read from its image where that belongs to it, and from nowhere else. */
class ImagesTest {
  private static final JournalConf CONF = new JournalConf(8192, 1 << 20, 0);

  private FaultyDisk disk = new FaultyDisk(new Random(1));
  private KeyValues contents = new KeyValues();

  private Journal open() throws IOException {
    contents = new KeyValues();
    return new Journal(disk, CONF, contents);
  }

  private static void append(Journal journal, int key, long version) {
    RecordBuffer records = new RecordBuffer(32);
    KeyValues.write(records, key, version, 50);
    journal.append(records, null);
    journal.writeOnce();
  }

  private void written(long... versions) throws IOException {
    disk = new FaultyDisk(new Random(1));
    try (Journal journal = open()) {
      for (int key = 0; key < versions.length; key++) {
        append(journal, key, versions[key]);
      }
    }
    disk = disk.kill();
  }

  private void image(byte[] bytes) throws IOException {
    disk.delete(Images.NAME);
    disk.create(Images.NAME, bytes.length).write(0, ByteBuffer.wrap(bytes));
  }

  @Test
  void behindAStopNothingIsReadAnew() throws IOException {
    written(7, 8, 9);
    open();
    assertThat(contents.versions()).isEqualTo(Map.of(0, 7L, 1, 8L, 2, 9L));
    assertThat(contents.frames()).isZero();
  }

  @Test
  void behindAKillOnlyTheRestIsReadAnew() throws IOException {
    Journal journal = open();
    append(journal, 1, 1);
    append(journal, 2, 2);
    journal.keepImage(true);
    append(journal, 2, 3);
    disk = disk.losePower();
    journal = open();
    assertThat(contents.versions()).isEqualTo(Map.of(1, 1L, 2, 3L));
    assertThat(contents.frames()).isEqualTo(1);
    // Several segments later the same image still does.
    append(journal, 3, 4);
    disk = disk.kill();
    append(open(), 4, 5);
    disk = disk.kill();
    open();
    assertThat(contents.versions()).isEqualTo(Map.of(1, 1L, 2, 3L, 3, 4L, 4, 5L));
    assertThat(contents.frames()).isEqualTo(3);
  }

  @Test
  void anImageOfWhichAnyByteIsAnotherIsNotUsed() throws IOException {
    written(7, 8, 9);
    int length = disk.bytes(Images.NAME).length;
    for (int at = 0; at < length; at++) {
      if (at >= ImageOutput.CHECKED_BYTES + 4 && at < ImageOutput.HEAD_BYTES) {
        continue; // of no use yet
      }
      written(7, 8, 9);
      disk.damage(Images.NAME, at);
      open();
      assertThat(contents.frames()).as("byte %s", at).isEqualTo(3);
      assertThat(contents.versions()).isEqualTo(Map.of(0, 7L, 1, 8L, 2, 9L));
    }
  }

  @Test
  void anImageThatIsTornIsNotUsed() throws IOException {
    written(7, 8, 9);
    byte[] whole = disk.bytes(Images.NAME);
    for (int length = 0; length < whole.length; length++) {
      written(7, 8, 9);
      image(Arrays.copyOf(whole, length));
      open();
      assertThat(contents.frames()).as("%s bytes", length).isEqualTo(3);
    }
  }

  /** As where somebody brings back the segments of another day. */
  @Test
  void anImageOfAnotherJournalIsNotUsed() throws IOException {
    written(7, 8, 10);
    byte[] other = disk.bytes(Images.NAME);
    written(7, 8, 9);
    image(other);
    open();
    assertThat(contents.versions()).isEqualTo(Map.of(0, 7L, 1, 8L, 2, 9L));
    written(7, 8);
    image(other);
    open();
    assertThat(contents.versions()).isEqualTo(Map.of(0, 7L, 1, 8L));
    assertThat(disk.names())
        .as("it may not belong to what comes later")
        .doesNotContain(Images.NAME);
  }

  /** The image has what it says: nobody would miss it before somebody needs it. */
  @Test
  void whatAnImageSparesIsLookedThroughAllTheSame() throws IOException {
    written(7, 8, 9);
    String first = Segments.name(1);
    disk.damage(first, Frame.HEAD_BYTES + Frame.OVERHEAD_BYTES + 3);
    assertThatThrownBy(this::open).isInstanceOf(JournalException.class).hasMessageContaining(first);
  }

  @Test
  void anImageWhoseSegmentIsGoneIsNotUsed() throws IOException {
    Journal journal = open();
    append(journal, 1000, 1);
    journal.keepImage(true);
    for (int version = 0; version < 2_000; version++) {
      append(journal, version % 3, version);
    }
    assertThat(disk.names()).doesNotContain(Segments.name(1));
    disk = disk.kill();
    open();
    assertThat(contents.frames()).isGreaterThan(10);
    assertThat(contents.versions()).isEqualTo(Map.of(1000, 1L, 0, 1998L, 1, 1999L, 2, 1997L));
  }

  /** As while a disk fails. */
  @Test
  void nothingIsInAnImageThatIsNotSafe() throws IOException {
    Journal journal = open();
    append(journal, 1, 1);
    disk.failForce();
    append(journal, 1, 2);
    journal.keepImage(true);
    assertThat(disk.names()).doesNotContain(Images.NAME);
    journal.writeOnce();
    journal.keepImage(true);
    assertThat(disk.names()).contains(Images.NAME);
    disk = disk.losePower();
    open();
    assertThat(contents.versions()).isEqualTo(Map.of(1, 2L));
  }
}
