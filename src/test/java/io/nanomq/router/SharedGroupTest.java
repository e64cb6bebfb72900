package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ShareStrategy;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.GroupName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SharedGroupTest {
  private final SharedGroup group = new SharedGroup(GroupName.of("$share/g/t"), "$share/g/t");

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

  private Set<Subscriber> picks(ShareStrategy strategy, int key, int count) {
    Set<Subscriber> picked = new HashSet<>();
    for (int i = 0; i < count; i++) {
      picked.add(group.pick(strategy, key, null, 0));
    }
    return picked;
  }

  @Test
  void atRandomEverybodyIsPicked() {
    Set<Subscriber> members = Set.of(join(), join(), join());
    assertThat(picks(ShareStrategy.RANDOM, 0, 1000)).isEqualTo(members);
  }

  @Test
  void theStickyMemberGetsAllAndAnotherOneWhenItGoesOrIsAway() {
    Subscriber first = join();
    Subscriber second = join();
    Subscriber third = join();
    assertThat(picks(ShareStrategy.STICKY, 0, 20)).containsOnly(first);
    recipient(first).online = false;
    assertThat(picks(ShareStrategy.STICKY, 0, 20)).containsOnly(second);
    recipient(first).online = true;
    assertThat(picks(ShareStrategy.STICKY, 0, 20)).as("it stays").containsOnly(second);
    group.remove(first);
    assertThat(picks(ShareStrategy.STICKY, 0, 20)).as("places move").containsOnly(second);
    group.remove(second);
    assertThat(picks(ShareStrategy.STICKY, 0, 20)).containsOnly(third);
  }

  @Test
  void aHashChoosesTheSameOneAlwaysAndHashesSpread() {
    Set<Subscriber> members = Set.of(join(), join(), join(), join());
    Set<Subscriber> all = new HashSet<>();
    for (int key = 0; key < 100; key++) {
      Set<Subscriber> one = picks(ShareStrategy.HASH_TOPIC, key, 10);
      assertThat(one).hasSize(1);
      assertThat(picks(ShareStrategy.HASH_CLIENTID, key, 10)).isEqualTo(one);
      all.addAll(one);
    }
    assertThat(all).isEqualTo(members);
    members.forEach(member -> recipient(member).online = false);
    Subscriber online = join();
    assertThat(picks(ShareStrategy.HASH_TOPIC, 7, 10)).containsOnly(online);
  }

  @Test
  void theLeastBusyOneIsPickedAmongAFew() {
    Subscriber busy = join();
    Subscriber idle = join();
    Subscriber offline = join();
    recipient(busy).inFlight = 5;
    recipient(idle).inFlight = 4;
    recipient(offline).online = false;
    assertThat(picks(ShareStrategy.LEAST_INFLIGHT, 0, 20)).containsOnly(idle);
    recipient(idle).inFlight = 6;
    assertThat(picks(ShareStrategy.LEAST_INFLIGHT, 0, 20)).containsOnly(busy);
    for (int i = 0; i < 4 * SharedGroup.COMPARED; i++) {
      recipient(join()).inFlight = 7;
    }
    group.pick(ShareStrategy.LEAST_INFLIGHT, 0, null, 0);
    assertThat(group.passedOver()).as("counted").isGreaterThanOrEqualTo(SharedGroup.COMPARED);
  }

  @Property(tries = 200)
  void everyMemberAndNobodyElseGetsItsTurnHoweverTheyComeAndGo(@ForAll Random random) {
    SharedGroup mixed = new SharedGroup(GroupName.of("$share/g/t"), "$share/g/t");
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
