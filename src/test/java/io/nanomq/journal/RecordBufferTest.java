package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordBufferTest {
  @Test
  void smallOnesGrowToTwiceOfWhatTheyAre() {
    RecordBuffer buffer = new RecordBuffer(1024);
    byte[] block = new byte[100];
    int grown = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] before = buffer.bytes();
      buffer.writeBytes(block, 0, block.length);
      grown += before == buffer.bytes() ? 0 : 1;
    }
    assertThat(buffer.length()).isEqualTo(100_000);
    assertThat(grown).isLessThan(10);
    assertThat(buffer.bytes()).hasSizeLessThanOrEqualTo(2 * buffer.length());
  }

  /** A message of a megabyte is copied once into it, and does not take two. */
  @Test
  void whatFollowsALargeMessageHasRoom() {
    RecordBuffer buffer = new RecordBuffer(4096);
    byte[] payload = new byte[900_000];
    Arrays.fill(payload, (byte) 7);
    buffer.writeVar(1);
    buffer.writeArray(payload);
    byte[] grown = buffer.bytes();
    buffer.writeArray(new byte[0]);
    buffer.writeLong(5);
    buffer.writeString("publisher");
    assertThat(buffer.bytes()).isSameAs(grown).hasSizeLessThan(1_000_000);
    assertThat(grown[5]).isEqualTo((byte) 7);
    assertThat(grown[900_004]).isEqualTo((byte) 7);
  }

  /** However large it is, copying it is a part of what is written. */
  @Test
  void growsByAPartOfWhatItHas() {
    RecordBuffer buffer = new RecordBuffer(16);
    byte[] block = new byte[1000];
    long copied = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] before = buffer.bytes();
      buffer.writeBytes(block, 0, block.length);
      copied += before == buffer.bytes() ? 0 : before.length;
    }
    assertThat(copied).isLessThan(20L * buffer.length());
  }

  @Test
  void whatALargeMessageTookIsForTheNextOne() {
    SpareArrays spare = new SpareArrays();
    RecordBuffer first = new RecordBuffer(4096, spare);
    first.writeArray(new byte[900_000]);
    byte[] grown = first.bytes();
    RecordBuffer meanwhile = new RecordBuffer(4096, spare);
    meanwhile.writeArray(new byte[900_000]);
    assertThat(meanwhile.bytes()).as("while the first is not safe").isNotSameAs(grown);
    first.end();
    assertThat(first.bytes()).isEmpty();

    RecordBuffer small = new RecordBuffer(16, spare);
    small.writeArray(new byte[1000]);
    assertThat(small.bytes()).isNotSameAs(grown);
    RecordBuffer next = new RecordBuffer(4096, spare);
    next.writeInt(7);
    next.writeArray(new byte[900_000]);
    assertThat(next.bytes()).isSameAs(grown);
    assertThat(next.bytes()[3]).isEqualTo((byte) 7);
    assertThat(next.length()).isEqualTo(900_008);
  }
}
