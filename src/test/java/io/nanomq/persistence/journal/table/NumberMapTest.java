package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** It has what a hash map has. */
class NumberMapTest {
  @Test
  void isAsAHashMap() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      NumberMap<String> map = new NumberMap<>();
      Map<Long, String> expected = new HashMap<>();
      int range = 1 << 1 + random.nextInt(12);
      for (int step = 0; step < 4000; step++) {
        long number = (1L + random.nextInt(range)) * 64;
        // It grows, and is nearly emptied again.
        if (random.nextInt(8) < (step / 1000 % 2 == 0 ? 6 : 1)) {
          map.put(number, "v" + step);
          expected.put(number, "v" + step);
        } else {
          map.remove(number);
          expected.remove(number);
        }
        long asked = (1L + random.nextInt(range)) * 64;
        assertThat(map.get(asked)).isEqualTo(expected.get(asked));
        assertThat(map.size()).isEqualTo(expected.size());
      }
      assertThat(map.size()).isEqualTo(expected.size());
      assertThat(map.values()).containsExactlyInAnyOrderElementsOf(expected.values());
      expected.forEach((number, value) -> assertThat(map.get(number)).isEqualTo(value));
    }
  }
}
