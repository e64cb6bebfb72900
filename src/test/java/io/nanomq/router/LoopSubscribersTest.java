package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.packet.Subscription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LoopSubscribersTest {
  private static Subscriber subscriber() {
    var recipient = new RecordingRecipient("r", 0);
    return new Subscriber(recipient, new Subscription("a", 0, false, false, 0, 0));
  }

  @Property(tries = 200)
  void holdsWhoASetWouldHold(@ForAll Random random) {
    LoopSubscribers list = new LoopSubscribers();
    List<Subscriber> there = new ArrayList<>();
    int most = 1 + random.nextInt(200);
    for (int step = 0; step < 600; step++) {
      boolean grows = step % 300 < 150;
      if (there.isEmpty() || there.size() < most && random.nextInt(10) < (grows ? 8 : 2)) {
        Subscriber one = subscriber();
        list.add(one);
        there.add(one);
      } else {
        list.remove(there.remove(random.nextInt(there.size())));
      }
      assertThat(members(list)).isEqualTo(Set.copyOf(there));
    }
  }

  private static Set<Subscriber> members(LoopSubscribers list) {
    Set<Subscriber> all = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      assertThat(all.add(list.get(i))).as("each once").isTrue();
    }
    return all;
  }

  @Test
  void takingOutWhoeverIsNotThereChangesNothing() {
    LoopSubscribers list = new LoopSubscribers();
    Subscriber one = subscriber();
    list.add(one);
    list.remove(subscriber());
    assertThat(list.size()).isEqualTo(1);
    list.remove(one);
    list.remove(one);
    assertThat(list.size()).isZero();
    assertThatThrownBy(() -> list.get(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
