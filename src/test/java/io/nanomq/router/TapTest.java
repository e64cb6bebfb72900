package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import org.junit.jupiter.api.Test;

/** Who looks at messages stands in the tree like who subscribes, and leaves nothing behind. */
class TapTest {
  private final TurnBudget budget = new ManualLoops(1).context(0).budget();
  private final Budget memory = new Budget(Purpose.SUBSCRIPTIONS, 1L << 30);
  private final TopicTree tree = new TopicTree(1, memory);
  private final Tap tap = (loopIndex, message, publisher) -> {};
  private final Tap other = (loopIndex, message, publisher) -> {};

  private Tap[] taps(String topic) {
    return tree.match(topic, budget).taps();
  }

  @Test
  void itIsFoundWhereItsFilterMatchesAndNowhereElse() {
    tree.add("a/#", tap);
    tree.add("a/+", other);

    assertThat(taps("a/b")).containsExactlyInAnyOrder(tap, other);
    assertThat(taps("a/b/c")).containsExactly(tap);
    assertThat(taps("b")).isEmpty();
    assertThat(taps("$SYS/a")).isEmpty();
  }

  @Test
  void itIsNoSubscriberOfAMessage() {
    tree.add("a", tap);

    assertThat(tree.match("a", budget).nodes()).allMatch(node -> node.slot(0) == null);
    assertThat(tree.counts().subscriptions()).isZero();
  }

  @Test
  void nothingIsLeftOfOneThatLooksNoLonger() {
    long before = memory.held();
    tree.add("a/very/long/way", tap);
    tree.add("a/very/long/way", other);
    tree.remove("a/very/long/way", tap);
    assertThat(taps("a/very/long/way")).containsExactly(other);
    tree.remove("a/very/long/way", other);

    assertThat(taps("a/very/long/way")).isEmpty();
    assertThat(memory.held()).isEqualTo(before);
  }
}
