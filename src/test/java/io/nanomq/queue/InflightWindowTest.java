package io.nanomq.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class InflightWindowTest {
  private static final PublishMessage MESSAGE =
      new PublishMessage(
          TopicName.of("t"), new byte[0], new byte[0], 1, false, PublishMessage.NEVER);

  private final InflightWindow window = new InflightWindow();

  private static Delivery delivery() {
    return new Delivery(MESSAGE, 1, false, null, null, 0);
  }

  private Delivery add() {
    Delivery delivery = delivery();
    window.add(delivery);
    return delivery;
  }

  private int addAndRemove() {
    Delivery one = add();
    window.remove(one);
    return one.packetId;
  }

  @Test
  void identifiersAreGivenInTurnFromOneOn() {
    assertThat(add().packetId).isEqualTo(1);
    Delivery second = add();
    assertThat(second.packetId).isEqualTo(2);
    window.remove(second);
    assertThat(add().packetId).as("not used again at once").isEqualTo(3);
  }

  @Test
  void afterTheLastIdentifierComesTheFirstThatIsFree() {
    Delivery first = add();
    int last = 1;
    int next = addAndRemove();
    while (next > last) {
      last = next;
      next = addAndRemove();
    }
    assertThat(last).isGreaterThan(65_500);
    assertThat(next).as("1 is still in flight, 0 is none").isEqualTo(2);
    assertThat(window.get(1)).isSameAs(first);
  }

  @Test
  void itHoldsAsManyAsThereAreIdentifiers() {
    for (int i = 1; i <= 65_535; i++) {
      assertThat(add().packetId).isEqualTo(i);
    }
    assertThat(window.size()).isEqualTo(65_535);
    window.remove(window.get(4_711));
    assertThat(add().packetId).isEqualTo(4_711);
  }

  @Test
  void placesAreGivenBackWhateverIdentifiersAreLeft() {
    List<Delivery> all = new ArrayList<>();
    for (int i = 0; i < 1_024; i++) {
      all.add(add());
    }
    assertThat(window.places()).isEqualTo(2_048);
    // Those that stand at the same place of any smaller table.
    Delivery one = all.get(0);
    Delivery other = all.get(512);
    all.stream().filter(d -> d != one && d != other).forEach(window::remove);
    assertThat(window.places()).isLessThanOrEqualTo(32);
    assertThat(window.get(one.packetId)).isSameAs(one);
    assertThat(window.get(other.packetId)).isSameAs(other);
    window.remove(one);
    assertThat(window.get(other.packetId)).isSameAs(other);
    assertThat(window.first()).isSameAs(other);
  }

  /** So that what comes behind a gap, and has to be looked at, is never much. */
  @Test
  void whileOneIsNotAtHomePlacesBetweenStayFree() {
    Delivery one = add();
    List<Delivery> between = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      between.add(add());
    }
    Delivery other = between.get(255);
    assertThat(other.packetId - one.packetId)
        .as("one home where there are 256 places")
        .isEqualTo(256);
    between.stream().filter(d -> d != other).forEach(window::remove);
    assertThat(window.places()).isLessThanOrEqualTo(32);

    List<Delivery> more = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      more.add(add());
    }
    assertThat(window.places()).isEqualTo(32);
    assertThat(more).noneMatch(d -> d.packetId % 32 == one.packetId % 32);
    for (int i = 0; i < 3_000; i++) {
      more.add(add());
    }
    more.forEach(d -> assertThat(window.get(d.packetId)).isSameAs(d));
    assertThat(window.get(one.packetId)).isSameAs(one);
    assertThat(window.get(other.packetId)).isSameAs(other);
  }

  @Test
  void placesOfABusyWindowStayForAMoment() {
    AtomicLong now = new AtomicLong();
    LoopContext loop = new LoopContext(0, new DefaultEventLoop(), now::get);
    HeldMessages held = new HeldMessages(loop, 1 << 20);
    InflightWindow busy = held.newWindow();
    fill(busy, 400);
    empty(busy);
    assertThat(busy.places()).isEqualTo(1_024);
    fill(busy, 2_000);
    empty(busy);
    assertThat(busy.places()).as("more than before").isEqualTo(4_096);

    now.set(200);
    loop.timer().advance(200);
    assertThat(busy.places()).isEqualTo(32);
    fill(busy, 400);
    empty(busy);
    assertThat(busy.places()).as("once more").isEqualTo(1_024);
    Delivery last = busy.first();
    assertThat(last).isNull();
    fill(busy, 200);
    now.set(400);
    loop.timer().advance(400);
    assertThat(busy.places()).as("in use").isEqualTo(1_024);
    empty(busy);
    assertThat(busy.places()).isEqualTo(1_024);
  }

  @Test
  void whatAllWindowsOfALoopKeepIsBounded() {
    LoopContext loop = new LoopContext(0, new DefaultEventLoop(), () -> 0);
    HeldMessages held = new HeldMessages(loop, 1 << 20);
    List<InflightWindow> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      InflightWindow one = held.newWindow();
      fill(one, 1_000);
      empty(one);
      fill(one, 4_000);
      empty(one);
      all.add(one);
    }
    int places = all.stream().mapToInt(InflightWindow::places).sum();
    assertThat(places).isBetween(100_000, WideWindows.MOST_PLACES + 300 * 32);
  }

  private static void fill(InflightWindow window, int count) {
    for (int i = 0; i < count; i++) {
      window.add(delivery());
    }
  }

  private static void empty(InflightWindow window) {
    for (Delivery d = window.first(); d != null; d = window.first()) {
      window.remove(d);
    }
  }

  @Test
  void whatIsNotInFlightIsNotFound() {
    assertThat(window.first()).isNull();
    assertThat(window.get(1)).isNull();
    Delivery one = add();
    assertThat(window.get(9)).as("the same place, another identifier").isNull();
    window.remove(one);
    assertThat(window.get(1)).isNull();
    assertThat(window.first()).isNull();
  }

  @Property(tries = 200)
  void holdsWhatALinkedMapWouldHold(@ForAll Random random) {
    InflightWindow mixed = new InflightWindow();
    Map<Integer, Delivery> twin = new LinkedHashMap<>();
    int most = 1 + random.nextInt(300);
    for (int step = 0; step < 1_000; step++) {
      if (twin.isEmpty() || twin.size() < most && random.nextInt(5) < 3) {
        Delivery one = delivery();
        mixed.add(one);
        assertThat(one.packetId).isBetween(1, 65_535);
        assertThat(twin.put(one.packetId, one)).as("free").isNull();
      } else {
        int id = new ArrayList<>(twin.keySet()).get(random.nextInt(twin.size()));
        assertThat(mixed.get(id)).isSameAs(twin.get(id));
        mixed.remove(twin.remove(id));
        assertThat(mixed.get(id)).isNull();
      }
    }
    List<Delivery> inOrder = new ArrayList<>();
    for (Delivery d = mixed.first(); d != null; d = d.next) {
      inOrder.add(d);
    }
    assertThat(inOrder).containsExactlyElementsOf(twin.values());
    assertThat(mixed.size()).isEqualTo(twin.size());
  }
}
