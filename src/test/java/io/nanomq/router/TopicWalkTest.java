package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TopicWalkTest {
  private static final int LEVELS = 12;
  private static final String TOPIC = "a" + "/a".repeat(LEVELS);

  private final ManualLoops loops = new ManualLoops(1);
  private final TurnBudget budget = loops.context(0).budget();
  private final TopicTree tree = new TopicTree(1, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
  private final TopicCache cache =
      new TopicCache(tree, () -> 20, 4_096, 1L << 30, loops.context(0));

  private Subscriber subscribe(TopicTree to, String filter) {
    var recipient = new RecordingRecipient("r", 0);
    var subscriber = new Subscriber(recipient, new Subscription(filter, 0, false, false, 0, 0));
    to.add(subscriber);
    return subscriber;
  }

  /** Each level as it is and as a +: two to the power of the levels. */
  private void subscribeAll() {
    for (int bits = 0; bits < 1 << LEVELS; bits++) {
      StringBuilder filter = new StringBuilder("a");
      for (int level = 0; level < LEVELS; level++) {
        filter.append((bits & 1 << level) == 0 ? "/a" : "/+");
      }
      subscribe(tree, filter.toString());
    }
  }

  @Property(tries = 200)
  void stepByStepIsFoundWhatIsFoundAtOnce(@ForAll Random random) {
    TopicTree mixed = new TopicTree(1, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
    for (int i = 0; i < 40; i++) {
      subscribe(mixed, NaiveMatcher.randomFilter(random));
    }
    String topic = NaiveMatcher.randomTopic(random);
    Match expected = mixed.match(topic, budget);
    TopicWalk walk = mixed.walk(topic);
    int turns = 0;
    while (!walk.goOn(budget, 1)) {
      turns++;
    }
    assertThat(walk.result().nodes()).containsExactly(expected.nodes());
    assertThat(walk.result().groups()).containsExactly(expected.groups());
    assertThat(walk.result().loops()).isEqualTo(expected.loops());
    assertThat(turns).isLessThan(1_000);
  }

  @Test
  void eachStepCountsIntoTheTurn() {
    subscribeAll();
    loops.runAll();
    tree.match(TOPIC, budget);
    assertThat(TurnBudget.PER_TURN - budget.left())
        .isBetween((long) TurnBudget.VISIT << LEVELS + 1, (long) TurnBudget.VISIT << LEVELS + 2);
  }

  @Test
  void aLongWalkIsGoneOverSeveralTurns() {
    subscribeAll();
    loops.runAll();
    TopicName topic = TopicName.of(TOPIC);
    assertThat(cache.find(topic, this)).isNull();
    assertThat(TurnBudget.PER_TURN - budget.left())
        .isLessThanOrEqualTo((long) LongWalks.STEPS_AT_ONCE * TurnBudget.VISIT);
    assertThat(cache.find(topic, this)).as("it is under way").isNull();
    loops.runAll();
    Route route = cache.find(topic, this);
    assertThat(route).isNotNull();
    assertThat(route.match.nodes()).hasSize(1 << LEVELS);
    assertThat(cache.find(topic, this)).as("remembered").isSameAs(route);
  }

  @Test
  void aTreeThatChangesAllTheTimeHoldsNobodyUpForEver() {
    subscribeAll();
    TopicName topic = TopicName.of(TOPIC);
    Route route = cache.find(topic, this);
    int turns = 0;
    while (route == null) {
      subscribe(tree, "other/" + turns++);
      loops.runAll();
      route = cache.find(topic, this);
    }
    assertThat(turns).isLessThan(10);
    assertThat(route.match.nodes()).hasSize(1 << LEVELS);
  }

  @Test
  void whoComesLaterGetsWhatHoldsByThen() {
    subscribeAll();
    TopicName topic = TopicName.of(TOPIC);
    assertThat(cache.find(topic, "first")).isNull();
    loops.runAll();
    Subscriber late = subscribe(tree, TOPIC + "/#");
    // Its subscription was acknowledged, and then somebody else publishes.
    assertThat(cache.find(topic, "second")).isNull();
    assertThat(cache.find(topic, "first").match.nodes()).hasSize(1 << LEVELS);
    assertThat(cache.find(topic, "second")).isNull();
    loops.runAll();
    assertThat(cache.find(topic, "second").match.nodes())
        .hasSize((1 << LEVELS) + 1)
        .contains(late.node);
  }

  @Test
  void aResultThatNobodyFetchesMakesRoomForOthers() {
    subscribeAll();
    subscribe(tree, "#");
    TopicName first = TopicName.of(TOPIC);
    TopicName other = TopicName.of(TOPIC + "/b");
    assertThat(cache.find(first, this)).isNull();
    loops.runAll();
    assertThat(cache.find(other, this)).isNull();
    loops.runAll();
    assertThat(cache.find(other, this)).as("the first is kept for a while").isNull();
    loops.jump(2_000);
    assertThat(cache.find(other, this)).isNull();
    loops.runAll();
    assertThat(cache.find(other, this)).isNotNull();
  }
}
