package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.journal.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is copied while the journal goes on is what was safe when it was asked for. */
class SnapshotTest {
  private static final JournalConf CONF = new JournalConf(8192, 1 << 20, 0);

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final Journal journal = journal();
  private long version;

  private Journal journal() {
    try {
      return new Journal(disk, CONF, new KeyValues());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private void append() {
    RecordBuffer records = new RecordBuffer(32);
    KeyValues.write(records, 1, ++version, 1000);
    journal.append(records, null);
    journal.writeOnce();
  }

  private Snapshot snapshot() {
    var taken = new CompletableFuture<Snapshot>();
    journal.snapshot(taken);
    journal.writeOnce();
    return taken.join();
  }

  private static List<ByteBuffer> read(Snapshot snapshot) throws IOException {
    List<ByteBuffer> all = new ArrayList<>();
    for (Snapshot.Part part : snapshot.parts()) {
      DiskFile file = snapshot.open(part);
      ByteBuffer bytes = ByteBuffer.allocate(part.bytes());
      file.read(0, bytes);
      all.add(bytes.flip());
      snapshot.done(part);
    }
    return all;
  }

  private static void check(Snapshot snapshot, List<ByteBuffer> bytes) throws IOException {
    SegmentCheck check = new SegmentCheck();
    for (int i = 0; i < bytes.size(); i++) {
      check.next(snapshot.parts().get(i).name(), bytes.get(i));
    }
  }

  @Test
  void whatComesMeanwhileIsNotInItAndTakesNothingAway() throws IOException {
    for (int i = 0; i < 20; i++) {
      append();
    }
    Snapshot snapshot = snapshot();
    List<String> names = snapshot.parts().stream().map(Snapshot.Part::name).toList();
    assertThat(names).hasSizeGreaterThan(2);
    Snapshot.Part first = snapshot.parts().get(0);
    DiskFile open = snapshot.open(first);
    for (int i = 0; i < 100; i++) {
      append();
    }
    // All of them are gone from the folder, some were used again as the journal went on.
    assertThat(disk.names()).doesNotContainAnyElementsOf(names);
    assertThat(snapshot.open(first)).isSameAs(open);
    check(snapshot, read(snapshot));
    snapshot.close();
  }

  @Test
  void whatIsCopiedAlreadyIsUsedAgain() throws IOException {
    for (int i = 0; i < 20; i++) {
      append();
    }
    Snapshot snapshot = snapshot();
    String name = snapshot.parts().get(0).name();
    assertThat(snapshot.keeps(name)).isTrue();
    read(snapshot);
    assertThat(snapshot.keeps(name)).isFalse();
    assertThat(snapshot.keeps("segment-none")).isFalse();
  }

  @Test
  void whoeverDoesNotWaitAnyLongerKeepsNothing() throws IOException {
    append();
    var late = new CompletableFuture<Snapshot>();
    late.cancel(false);
    journal.snapshot(late);
    append();
    for (int i = 0; i < 100; i++) {
      append();
    }
    assertThat(disk.names()).anyMatch(name -> name.startsWith("spare-"));
  }

  @Test
  void damageIsToldWithFileAndByte() throws IOException {
    append();
    append();
    Snapshot snapshot = snapshot();
    List<ByteBuffer> bytes = read(snapshot);
    int at = Frame.HEAD_BYTES + Frame.size(1016);
    byte before = bytes.get(0).get(at + 40);
    bytes.get(0).put(at + 40, (byte) (before + 1));
    assertThatThrownBy(() -> check(snapshot, bytes))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("segment-0000000000000001 is damaged at byte " + at);
    bytes.get(0).put(at + 40, before).put(20, (byte) 9);
    assertThatThrownBy(() -> check(snapshot, bytes)).hasMessageContaining("at byte 0");
  }

  @Test
  void aMissingSegmentIsTold() throws IOException {
    for (int i = 0; i < 20; i++) {
      append();
    }
    Snapshot snapshot = snapshot();
    List<ByteBuffer> bytes = read(snapshot);
    SegmentCheck check = new SegmentCheck();
    check.next("first", bytes.get(0));
    assertThatThrownBy(() -> check.next("third", bytes.get(2)))
        .hasMessageContaining("third is damaged at byte 0: what it follows is not ahead of it");
  }
}
