package io.nanomq.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PacketIdSetTest {
  @Property(tries = 300)
  void holdsWhatATreeSetWouldHold(@ForAll Random random) {
    PacketIdSet ids = new PacketIdSet();
    TreeSet<Integer> twin = new TreeSet<>();
    int most = random.nextBoolean() ? 20 : 65_535;
    for (int step = 0; step < 300; step++) {
      int id = 1 + random.nextInt(most);
      switch (random.nextInt(3)) {
        case 0 -> assertThat(ids.remove(id)).isEqualTo(twin.remove(id));
        case 1 -> assertThat(ids.contains(id)).isEqualTo(twin.contains(id));
        default -> assertThat(ids.add(id)).isEqualTo(twin.add(id));
      }
      assertThat(ids.size()).isEqualTo(twin.size());
    }
    assertThat(twin).allMatch(ids::contains);
  }
}
