package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static void checkAll(Rows rows, TreeMap<Long, Long> expected) {
    TreeMap<Long, Long> found = new TreeMap<>();
    long last = Long.MIN_VALUE;
    for (boolean any = rows.first(); any; any = rows.next()) {
      assertThat(rows.key()).as("in order").isGreaterThan(last);
      last = rows.key();
      found.put(rows.key(), rows.number());
    }
    assertThat(found).isEqualTo(expected);
    assertThat(rows.size()).isEqualTo(expected.size());
  }

  private static void removeBelow(Rows rows, long from, long to, TreeMap<Long, Long> map) {
    List<Long> gone = new ArrayList<>();
    if (rows.ceiling(from)) {
      rows.removeBelow(to, each -> gone.add(each.key()));
    }
    Set<Long> expected = map.subMap(from, to).keySet();
    assertThat(gone).containsExactlyElementsOf(expected);
    expected.clear();
  }

  private static long key(Random random, TreeMap<Long, Long> there) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(2000);
      case 1 -> there.isEmpty() ? 0 : there.firstKey() - 1 - random.nextInt(3);
      case 2 -> random.nextLong() >> 8;
      default -> there.isEmpty() ? 0 : there.lastKey() + 1 + random.nextInt(64);
    };
  }

  @Property(tries = 200)
  void doesWhatASortedMapDoes(@ForAll Random random) {
    var tally = new IndexMemory(Long.MAX_VALUE);
    Rows rows = new Rows(true, tally);
    TreeMap<Long, Long> map = new TreeMap<>();
    for (int i = random.nextInt(3000); i > 0; i--) {
      long key = key(random, map);
      if (random.nextInt(3) > 0) {
        assertThat(rows.put(key)).isEqualTo(!map.containsKey(key));
        rows.number(-key);
        rows.value(i);
        rows.place(i, i + 1);
        rows.bytes(i + 2);
        assertThat(rows.value() + rows.segment() + rows.frame() + rows.bytes())
            .isEqualTo(4L * i + 3);
        map.put(key, -key);
      } else if (random.nextInt(20) == 0) {
        removeBelow(rows, key, key + random.nextInt(500), map);
      } else {
        Map.Entry<Long, Long> next = map.ceilingEntry(key);
        assertThat(rows.ceiling(key)).isEqualTo(next != null);
        if (next != null) {
          assertThat(rows.key()).isEqualTo(next.getKey());
          rows.remove();
          map.remove(next.getKey());
          assertThat(rows.find(next.getKey())).isFalse();
        }
      }
    }
    checkAll(rows, map);
    rows.clear();
    assertThat(tally.bytes()).as("what all of them take").isZero();
  }

  @Test
  void aRowTakesAboutTwentyBytesAndGivesThemBack() {
    var tally = new IndexMemory(Long.MAX_VALUE);
    Rows rows = new Rows(false, tally);
    for (int i = 0; i < 100_000; i++) {
      rows.put(64L * i);
    }
    assertThat(tally.bytes() / 100_000).isBetween(20L, 24L);
    for (int i = 0; i < 100_000; i++) {
      assertThat(rows.find(64L * i)).isTrue();
      if (i % 128 != 5) {
        rows.remove();
      }
    }
    assertThat(rows.size()).isEqualTo(100_000 / 128 + 1);
    assertThat(tally.bytes()).as("a few of each block are left").isLessThan(200_000);
  }

  /** Two loops tell in turns, each a batch of numbers that stand between those of the other. */
  @Test
  void whatComesInBetweenLeavesBlocksMostlyFull() {
    var tally = new IndexMemory(Long.MAX_VALUE);
    Rows rows = new Rows(false, tally);
    for (int batch = 0; batch < 200; batch++) {
      for (int loop = 0; loop < 2; loop++) {
        for (int i = 0; i < 500; i++) {
          rows.put(64L * (batch * 500 + i) + loop);
        }
      }
    }
    assertThat(rows.size()).isEqualTo(200_000);
    assertThat(tally.bytes() / 200_000).isLessThan(40);
  }
}
