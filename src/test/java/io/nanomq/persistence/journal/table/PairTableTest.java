package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** It does what a map of the library does. */
class PairTableTest {
  private static long key(Random random) {
    return random.nextInt(4) == 0 ? random.nextLong() : 64L * random.nextInt(300);
  }

  @Property(tries = 100)
  void pairsFindWhatWasPutLast(@ForAll Random random) {
    PairTable table = new PairTable();
    for (int round = 0; round < 5; round++) {
      Map<List<Long>, Integer> map = new HashMap<>();
      for (int i = random.nextInt(random.nextBoolean() ? 2000 : 20); i > 0; i--) {
        long first = random.nextInt(30);
        long second = key(random);
        Integer before = map.put(List.of(first, second), i);
        assertThat(table.put(first, second, i)).isEqualTo(before == null ? 0 : before);
        assertThat(table.get(first + 30, second)).isZero();
      }
      map.forEach((key, value) -> assertThat(table.get(key.get(0), key.get(1))).isEqualTo(value));
      table.clear();
      map.keySet().forEach(key -> assertThat(table.get(key.get(0), key.get(1))).isZero());
    }
  }
}
