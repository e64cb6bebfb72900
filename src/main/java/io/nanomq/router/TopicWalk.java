package io.nanomq.router;

import io.nanomq.codec.TopicRules;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One walk through the topic tree to everybody who subscribes to a topic. Each level may be met as
 * it is and as a {@code +}, so there may be twice as many ways with every level: a walk can pause
 * between any two nodes. Who subscribes all the while is found however the tree changes meanwhile,
 * since no node on the way to a subscriber is ever taken out.
 */
@LoopConfined
final class TopicWalk {
  private static final String PLUS = "+";
  private static final String HASH = "#";
  private static final TopicNode[] NO_NODES = {};
  private static final SharedGroup[] NO_GROUPS = {};
  private static final Tap[] NO_TAPS = {};

  private final String topic;
  private final String[] levels;
  private final long generation;
  // Nodes whose children are still to be looked at, with the level that is looked for below each.
  private @Nullable TopicNode[] path = new TopicNode[8];
  private int[] depths = new int[8];
  private int size;
  // what was found
  private @Nullable List<TopicNode> nodes;
  private @Nullable List<SharedGroup> groups;
  private @Nullable List<Tap> taps;
  private long loops;
  private long durableLoops;
  private @Nullable BitSet durableGroups;

  /**
   * @param generation the tree's, read before
   */
  TopicWalk(String topic, TopicNode root, long generation) {
    this.topic = topic;
    this.levels = levels(topic);
    this.generation = generation;
    push(root, 0);
  }

  private static String[] levels(String topic) {
    String[] levels = new String[TopicRules.levels(topic)];
    int start = 0;
    for (int i = 0; i < levels.length; i++) {
      int slash = topic.indexOf('/', start);
      levels[i] = topic.substring(start, slash < 0 ? topic.length() : slash);
      start = slash + 1;
    }
    return levels;
  }

  /** Goes to the end. */
  Match toEnd(TurnBudget budget) {
    goOn(budget, Long.MAX_VALUE);
    return result();
  }

  /**
   * Goes on, and counts each step into the turn.
   *
   * @param steps how many at most
   * @return whether it is done
   */
  boolean goOn(TurnBudget budget, long steps) {
    long visits = 0;
    while (size > 0 && visits < steps) {
      TopicNode node = path[--size];
      path[size] = null;
      visits++;
      if (node != null) {
        visit(node, depths[size]);
      }
    }
    budget.spend(visits * TurnBudget.VISIT);
    return size == 0;
  }

  /** What was found; right for the generation in which the walk began. */
  Match result() {
    SharedGroup[] shared = groups == null ? NO_GROUPS : groups.toArray(NO_GROUPS);
    return Match.of(
        nodes == null ? NO_NODES : nodes.toArray(NO_NODES),
        loops,
        shared,
        taps == null ? NO_TAPS : taps.toArray(NO_TAPS),
        DurableTargets.of(durableLoops, durableGroups, shared),
        generation);
  }

  private void visit(TopicNode node, int depth) {
    // Wildcards at the first level do not match topics that begin with $ [MQTT-4.7.2-1].
    boolean hidden = depth == 0 && topic.charAt(0) == '$';
    TopicNode hash = hidden ? null : node.child(HASH);
    if (hash != null) {
      take(hash);
    }
    if (depth == levels.length) {
      take(node);
    } else if (node.hasChildren()) {
      TopicNode plus = hidden ? null : node.child(PLUS);
      if (plus != null) {
        push(plus, depth + 1);
      }
      TopicNode exact = node.child(levels[depth]);
      if (exact != null) {
        push(exact, depth + 1);
      }
    }
  }

  private void push(TopicNode node, int depth) {
    if (size == path.length) {
      path = Arrays.copyOf(path, size * 2);
      depths = Arrays.copyOf(depths, size * 2);
    }
    path[size] = node;
    depths[size++] = depth;
  }

  private void take(TopicNode node) {
    long bits = node.loops();
    if (bits != 0) {
      loops |= bits;
      durableLoops |= node.durableLoops();
      nodes = nodes == null ? new ArrayList<>(2) : nodes;
      nodes.add(node);
    }
    for (SharedGroup group : node.groups()) {
      groups = groups == null ? new ArrayList<>(1) : groups;
      groups.add(group);
      if (group.isDurable()) {
        durableGroups = durableGroups == null ? new BitSet() : durableGroups;
        durableGroups.set(groups.size() - 1);
      }
    }
    for (Tap tap : node.taps()) {
      taps = taps == null ? new ArrayList<>(1) : taps;
      if (!tap.isShownOnce() || !taps.contains(tap)) {
        taps.add(tap);
      }
    }
  }
}
