package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.persistence.GroupName;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupSetTest {
  private final Random random = new Random(11);

  /** Few differ in their first numbers, as if somebody had chosen them. */
  private GroupName name() {
    return GroupName.of(1 + random.nextInt(3), random.nextInt(40) - 20L);
  }

  @Test
  void itHasWhatWasAddedAndNotRemoved() {
    for (int run = 0; run < 500; run++) {
      int most = 1 + random.nextInt(40);
      GroupSet set = new GroupSet(most);
      Set<GroupName> model = new HashSet<>();
      for (int i = 0; i < most; i++) {
        GroupName added = name();
        set.add(added);
        model.add(added);
      }
      for (int i = 0; i < most; i++) {
        GroupName removed = name();
        assertThat(set.remove(removed)).isEqualTo(model.remove(removed));
        assertThat(set.size()).isEqualTo(model.size());
        assertThat(set.names()).containsExactlyInAnyOrderElementsOf(model);
      }
    }
  }
}
