package io.nanomq.persistence.journal.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Topics are found again by their hashes, and gone when they are removed. */
class TopicTableTest {
  private static final int FLAG = 1;
  private static final int OTHER_FLAG = 4;

  private final TopicTable table = new TopicTable();

  @Test
  void itHoldsWhatAMapHolds() {
    Random random = new Random(1);
    Map<Long, Integer> rows = new HashMap<>();
    Map<Long, Long> versions = new HashMap<>();
    for (long i = 0; i < 50_000; i++) {
      // Few hashes, so that many stand where others belong.
      long hash = random.nextInt(3_000);
      if (random.nextInt(3) > 0) {
        int row = table.findOrAdd(hash, -hash);
        assertThat(row).isEqualTo(rows.getOrDefault(hash, row));
        rows.put(hash, row);
        versions.put(hash, i);
        table.version(row, i);
      } else if (rows.containsKey(hash)) {
        table.remove(rows.remove(hash));
        versions.remove(hash);
      }
      assertThat(table.find(hash, -hash)).isEqualTo(rows.getOrDefault(hash, -1));
    }
    assertThat(table.size()).isEqualTo(rows.size());
    versions.forEach(
        (hash, version) -> assertThat(table.version(rows.get(hash))).isEqualTo(version));
    assertThat(table.find(1, 7)).as("half of a hash is not enough").isNegative();
  }

  @Test
  void whatIsKnownOfATopic() {
    int row = table.findOrAdd(1, 2);
    assertThat(table.version(row)).isEqualTo(-1);
    table.flag(row, FLAG, true);
    table.flag(row, OTHER_FLAG, true);
    table.olderSegment(row, Integer.MAX_VALUE);
    table.place(row, 7, 123);
    table.flag(row, FLAG, false);
    assertThat(table.is(row, FLAG)).isFalse();
    assertThat(table.is(row, OTHER_FLAG)).isTrue();
    assertThat(table.olderSegment(row)).isEqualTo(Integer.MAX_VALUE);
    assertThat(table.segment(row)).isEqualTo(7);
    assertThat(table.recordBytes(row)).isEqualTo(123);
    table.remove(row);
    int next = table.findOrAdd(3, 4);
    assertThat(next).as("a free row is used again").isEqualTo(row);
    assertThat(table.is(next, OTHER_FLAG)).isFalse();
    assertThat(table.version(next)).isEqualTo(-1);
  }

  @Test
  void aTopicTakesLessThan64Bytes() {
    for (int i = 0; i < 100_000; i++) {
      table.findOrAdd(i * 31L, i);
    }
    assertThat(table.bytes()).isLessThan(100_000 * 64L);
  }

  @Test
  void topicsHaveHashesOfTheirOwn() {
    TopicFingerprint hash = new TopicFingerprint();
    Set<String> hashes = new HashSet<>();
    int count = 0;
    for (int i = 0; i < 20_000; i++) {
      for (String topic : new String[] {"a/" + i, "a/" + i + "\0", "\0a/" + i}) {
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        hash.of(bytes, 0, bytes.length);
        hashes.add(hash.hash() + " " + hash.otherHash());
        count++;
      }
    }
    assertThat(hashes).hasSize(count);
    byte[] inside = "xa/7y".getBytes(StandardCharsets.UTF_8);
    hash.of(inside, 1, 3);
    assertThat(hashes).contains(hash.hash() + " " + hash.otherHash());
  }
}
