package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.persistence.GroupName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TopicNodeTest {
  /** What was read before stays as it was: a delivery over several turns goes on with it. */
  @Property(tries = 30)
  void groupsAreThoseThatASetWouldHoldAndWhatWasReadDoesNotChange(@ForAll Random random) {
    TopicNode node = new TopicNode(null, "a");
    List<SharedGroup> there = new ArrayList<>();
    int most = 1 + random.nextInt(100);
    for (int step = 0; step < 300; step++) {
      SharedGroup[] before = node.groups();
      Set<SharedGroup> expected = Set.copyOf(there);
      boolean grows = step % 150 < 75;
      if (there.isEmpty() || there.size() < most && random.nextInt(10) < (grows ? 8 : 2)) {
        String filter = "$share/" + step + "/a";
        there.add(node.newGroup(GroupName.of(filter), filter));
      } else {
        node.removeGroup(there.remove(random.nextInt(there.size())));
      }
      assertThat(Set.of(before)).isEqualTo(expected);
      if (random.nextBoolean()) {
        assertThat(Set.of(node.groups())).isEqualTo(Set.copyOf(there));
        assertThat(node.groups()).isSameAs(node.groups());
      }
      assertThat(node.isUnused()).isEqualTo(there.isEmpty());
    }
  }
}
