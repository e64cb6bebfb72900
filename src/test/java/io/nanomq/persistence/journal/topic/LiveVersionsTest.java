package io.nanomq.persistence.journal.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each number is found once, in whatever order they are asked for. */
class LiveVersionsTest {
  @Test
  void eachIsFoundOnce() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int range = 1 + random.nextInt(400);
      Set<Long> left = new HashSet<>();
      for (int i = random.nextInt(300); i > 0; i--) {
        left.add(5_000_000_000L + random.nextInt(range));
      }
      LiveVersions versions = new LiveVersions(left.size());
      left.forEach(versions::add);
      versions.sort();
      for (int i = 0; i < 1000; i++) {
        // Mostly in their order, as records stand.
        long asked = random.nextInt(4) == 0 ? random.nextInt(range) : i % range;
        long number = 5_000_000_000L + asked;
        assertThat(versions.take(number)).isEqualTo(left.remove(number));
      }
    }
  }
}
