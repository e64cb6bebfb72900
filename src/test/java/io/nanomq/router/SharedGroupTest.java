package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.Subscription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SharedGroupTest {
  private final SharedGroup group = new SharedGroup("g");

  private static Subscriber member() {
    var subscription = new Subscription("$share/g/a", 0, false, false, 0, 0);
    return new Subscriber(new RecordingRecipient("r", 0), subscription);
  }

  private Subscriber join() {
    Subscriber member = member();
    group.add(member);
    return member;
  }

  private static RecordingRecipient recipient(Subscriber member) {
    return (RecordingRecipient) member.recipient();
  }

  private List<Subscriber> picks(int count) {
    List<Subscriber> picked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picked.add(group.pick());
    }
    return picked;
  }

  @Test
  void nobodyIsPickedFromAnEmptyGroup() {
    assertThat(group.isEmpty()).isTrue();
    assertThat(group.pick()).isNull();
    Subscriber one = join();
    assertThat(group.isEmpty()).isFalse();
    group.remove(one);
    assertThat(group.isEmpty()).isTrue();
    assertThat(group.pick()).isNull();
  }

  @Test
  void membersTakeTurns() {
    List<Subscriber> members = List.of(join(), join(), join(), join(), join());
    List<Subscriber> picked = picks(50);
    assertThat(members).allMatch(m -> picked.stream().filter(p -> p == m).count() == 10);
  }

  @Test
  void whoIsOnlineIsPreferred() {
    Subscriber offline = join();
    recipient(offline).online = false;
    Subscriber online = join();
    assertThat(picks(10)).containsOnly(online);
    recipient(online).online = false;
    assertThat(picks(10)).as("someone has to keep it").contains(offline, online);
  }

  @Test
  void whoHasLeftIsNotPickedThoughItMayStillStandThere() {
    Subscriber leaving = join();
    Subscriber staying = join();
    leaving.deactivate();
    assertThat(picks(10)).containsOnly(staying);
    staying.deactivate();
    assertThat(group.pick()).isNull();
  }

  @Test
  void takingOutWhoeverIsNotThereChangesNothing() {
    Subscriber one = join();
    group.remove(member());
    group.remove(one);
    group.remove(one);
    assertThat(group.isEmpty()).isTrue();
  }

  @Property(tries = 200)
  void everyMemberAndNobodyElseGetsItsTurnHoweverTheyComeAndGo(@ForAll Random random) {
    SharedGroup mixed = new SharedGroup("g");
    List<Subscriber> there = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      if (there.isEmpty() || random.nextInt(5) < 3) {
        Subscriber one = member();
        mixed.add(one);
        there.add(one);
      } else {
        mixed.remove(there.remove(random.nextInt(there.size())));
      }
      Set<Subscriber> picked = new HashSet<>();
      for (int i = 0; i < there.size(); i++) {
        picked.add(mixed.pick());
      }
      assertThat(picked).isEqualTo(Set.copyOf(there));
    }
  }
}
