package io.nanomq.router;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who a topic goes to. Immutable, and right as long as the tree's generation is the one it was made
 * in; somebody who joins or leaves a node that had subscribers of its kind before needs no new one.
 *
 * @param nodes nodes with direct subscribers
 * @param loops bit i is set where loop i has any of these
 * @param groups shared subscriptions
 * @param taps who only looks at it
 * @param only the one node of a topic that nothing else matches, nothing looks at and no store has
 *     to know; null = it is otherwise
 * @param durable of these the ones that the store has to know; null = none, as for clean sessions
 * @param generation the tree's, read before the match
 */
@SuppressWarnings("ArrayRecordComponent")
record Match(
    TopicNode[] nodes,
    long loops,
    SharedGroup[] groups,
    Tap[] taps,
    @Nullable TopicNode only,
    @Nullable DurableTargets durable,
    long generation) {

  /** A route with its topic, and this. */
  private static final int BYTES = 224;

  /** A node that may have left the tree and be kept by nothing else, with its level. */
  private static final int NODE_BYTES = 96;

  /** A group that may be empty by now. */
  private static final int GROUP_BYTES = 160;

  /** A tap, in an array. */
  private static final int TAP_BYTES = 16;

  /** What it costs to remember with the route that it belongs to, but for the topic's text. */
  int cost() {
    return BYTES
        + NODE_BYTES * nodes.length
        + GROUP_BYTES * groups.length
        + TAP_BYTES * taps.length
        + (durable == null ? 0 : durable.bytes());
  }

  /**
   * How many subscriptions loop {@code index} has at the nodes; another loop may see too many or
   * too few. Where there are very many it is not counted exactly.
   */
  int size(int index) {
    int sum = 0;
    for (int i = 0; i < nodes.length; i++) {
      sum += nodes[i].size(index);
      if (LargeDeliveries.isLarge(sum)) {
        return sum + nodes.length - 1 - i;
      }
    }
    return sum;
  }

  /**
   * @param generation the tree's, read before the match
   */
  static Match of(
      TopicNode[] nodes,
      long loops,
      SharedGroup[] groups,
      Tap[] taps,
      @Nullable DurableTargets durable,
      long generation) {
    boolean isPlain =
        nodes.length == 1 && groups.length == 0 && taps.length == 0 && durable == null;
    TopicNode only = isPlain ? nodes[0] : null;
    return new Match(nodes, loops, groups, taps, only, durable, generation);
  }

  /** The one subscriber of loop {@code index} at {@link #only}; null = there is none, or more. */
  @Nullable Subscriber onlySubscriber(int index) {
    TopicNode node = only;
    return node != null && node.slot(index) instanceof Subscriber one ? one : null;
  }

  /**
   * Whether all that a loop has of these said that they are full. Nothing is known where there are
   * several at a node: only that loop may look at them.
   */
  boolean isFullOn(int loop) {
    for (TopicNode node : nodes) {
      if (!node.isFull(loop)) {
        return false;
      }
    }
    return true;
  }

  /** Those that another loop knows to be full. */
  void fullOn(int loop, Consumer<Recipient> told) {
    for (TopicNode node : nodes) {
      if (node.slot(loop) instanceof Subscriber only) {
        told.accept(only.recipient());
      }
    }
  }

  /** Whether nobody gets it; whoever looks at it is no subscriber. */
  boolean isEmpty() {
    return nodes.length == 0 && groups.length == 0;
  }
}
