package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Subscribers, direct and in groups, come and go on three loops while each loop publishes; a naive
 * twin says who must have got what. What is on its way while somebody comes or goes may arrive or
 * not, but never twice, nor out of its publisher's order.
 */
class RoutingSimulatorTest {
  private static final int LOOPS = 3;
  private static final int STEPS = 400;

  /** One subscription of one recipient, from which step to which. */
  private static final class Life {
    final RecordingRecipient recipient;
    final Subscriber subscriber;
    final String filter;
    final String group;
    final int from;
    int to = Integer.MAX_VALUE;

    Life(RecordingRecipient recipient, String filter, String group, int from) {
      this.recipient = recipient;
      this.filter = filter;
      this.group = group;
      this.from = from;
      String full = group == null ? filter : "$share/" + group + "/" + filter;
      subscriber = new Subscriber(recipient, new Subscription(full, 0, false, false, 0, 0));
    }

    boolean matches(String topic) {
      return NaiveMatcher.matches(filter, topic);
    }
  }

  /** One message, with the step in which it was published and that in which it had arrived. */
  private static final class Sent {
    final int at;
    final int loop;
    final String topic;
    int drainedBy;

    Sent(int at, int loop, String topic) {
      this.at = at;
      this.loop = loop;
      this.topic = topic;
    }

    String payload() {
      return loop + ":" + at;
    }
  }

  private final List<Life> lives = new ArrayList<>();
  private final List<Sent> all = new ArrayList<>();
  private final List<Sent> onTheirWay = new ArrayList<>();
  private int step;

  @Property(tries = 60)
  void everybodyGetsWhatIsTheirsWhoeverComesAndGoes(@ForAll Random random) {
    lives.clear();
    all.clear();
    onTheirWay.clear();
    ManualLoops loops = new ManualLoops(LOOPS);
    Router router =
        new Router(
            loops.contexts(),
            () -> 20,
            random::nextBoolean,
            () -> ShareStrategy.ROUND_ROBIN,
            new MemoryBudgets(1L << 36, 0));
    for (step = 0; step < STEPS; step++) {
      switch (random.nextInt(6)) {
        case 0 -> come(router, random);
        case 1 -> go(router, random);
        case 2 -> loops.loop(random.nextInt(LOOPS)).runOne();
        case 3 -> drainNowAndThen(loops, random);
        default -> publish(router, random);
      }
    }
    drain(loops);
    check();
    lives.forEach(life -> router.tree().remove(life.subscriber));
    assertThat(router.tree().size()).isZero();
    router.close();
  }

  private void come(Router router, Random random) {
    RecordingRecipient recipient =
        new RecordingRecipient("r" + lives.size(), random.nextInt(LOOPS));
    recipient.online = random.nextInt(4) > 0;
    String group = random.nextInt(3) == 0 ? "g" + random.nextInt(2) : null;
    Life life = new Life(recipient, NaiveMatcher.randomFilter(random), group, step);
    lives.add(life);
    router.tree().add(life.subscriber);
  }

  private void go(Router router, Random random) {
    List<Life> there = lives.stream().filter(life -> life.to == Integer.MAX_VALUE).toList();
    if (!there.isEmpty()) {
      Life life = there.get(random.nextInt(there.size()));
      life.to = step;
      router.tree().remove(life.subscriber);
    }
  }

  private void publish(Router router, Random random) {
    Sent sent = new Sent(step, random.nextInt(LOOPS), NaiveMatcher.randomTopic(random));
    all.add(sent);
    onTheirWay.add(sent);
    TopicName topic = TopicName.of(sent.topic);
    byte[] payload = sent.payload().getBytes(StandardCharsets.UTF_8);
    FanOut fanOut = router.fanOut(sent.loop);
    fanOut
        .outgoing()
        .begin(new PublishMessage(topic, payload, new byte[0], 0, false, PublishMessage.NEVER), 0);
    try {
      fanOut.publish(router.cache(sent.loop).findAtOnce(topic), null);
    } finally {
      fanOut.outgoing().end();
    }
  }

  private void drainNowAndThen(ManualLoops loops, Random random) {
    if (random.nextInt(4) == 0) {
      drain(loops);
    }
  }

  private void drain(ManualLoops loops) {
    loops.runAll();
    onTheirWay.forEach(sent -> sent.drainedBy = step);
    onTheirWay.clear();
  }

  private void check() {
    for (Life life : lives) {
      if (life.group == null) {
        checkOrder(life);
        checkDirect(life);
      }
    }
    all.forEach(this::checkGroups);
  }

  private static void checkOrder(Life life) {
    for (int loop = 0; loop < LOOPS; loop++) {
      String from = loop + ":";
      List<Integer> numbers =
          life.recipient.payloads().stream()
              .filter(payload -> payload.startsWith(from))
              .map(payload -> Integer.valueOf(payload.substring(2)))
              .toList();
      assertThat(numbers).as("once and in order").isEqualTo(List.copyOf(new TreeSet<>(numbers)));
    }
  }

  private void checkDirect(Life life) {
    Set<String> got = new HashSet<>(life.recipient.payloads());
    for (Sent sent : all) {
      boolean whole = life.from < sent.at && sent.drainedBy < life.to;
      // It may have come or gone while the message was on its way to its loop.
      boolean partly = life.from < sent.drainedBy && sent.at < life.to;
      if (life.matches(sent.topic) && whole) {
        assertThat(got).contains(sent.payload());
      } else if (!life.matches(sent.topic) || !partly) {
        assertThat(got).doesNotContain(sent.payload());
      }
    }
  }

  private void checkGroups(Sent sent) {
    for (String group : List.of("g0", "g1")) {
      Set<String> filters = new TreeSet<>();
      lives.stream().filter(l -> group.equals(l.group)).forEach(l -> filters.add(l.filter));
      for (String filter : filters) {
        List<Life> members =
            lives.stream().filter(l -> group.equals(l.group) && l.filter.equals(filter)).toList();
        checkGroup(sent, filter, members);
      }
    }
  }

  private static void checkGroup(Sent sent, String filter, List<Life> members) {
    long copies =
        members.stream()
            .flatMap(member -> member.recipient.payloads().stream())
            .filter(sent.payload()::equals)
            .count();
    boolean matches = NaiveMatcher.matches(filter, sent.topic);
    boolean somebodyStays =
        members.stream().anyMatch(m -> m.from < sent.at && sent.drainedBy < m.to);
    assertThat(copies).isLessThanOrEqualTo(matches ? 1 : 0);
    if (matches && somebodyStays) {
      assertThat(copies).as("one member gets %s", sent.topic).isEqualTo(1);
    }
  }
}
