package io.nanomq.retained;

import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionStore;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the retained messages that match a filter, one at a time and only as far as asked,
 * so that a {@code #} over all of them neither copies them nor stops a loop. Messages that come or
 * go meanwhile may or may not be met. Used by one thread. One that waits for its turn costs next to
 * nothing: its way through the tree begins with the first step.
 */
public final class RetainedCursor {
  /** Levels that one step may look at: filters that match little must not hold the loop up. */
  private static final int VISITS = 256;

  private static final int FIXED_BYTES = 512;

  /** A level of the filter, and a step with what goes through a node's children. */
  private static final int LEVEL_BYTES = 176;

  private final RetainedStore store;
  private final RetainedNode root;
  private final String filter;
  private final boolean hidesSystem;
  private final SessionStore told;
  private @Nullable String without;
  private int visited;
  private String[] levels = {};
  // The way down to where the walk stands; null = it has not begun.
  private @Nullable ArrayDeque<Step> path;

  /**
   * One level of the walk.
   *
   * @param candidates nodes still to visit
   * @param depth index of the filter level that they stand for
   */
  private record Step(Iterator<RetainedNode> candidates, int depth) {}

  /**
   * @param hidesSystem whether wildcards at the first level pass over topics that begin with $
   * @param told that messages are gone which have expired
   */
  RetainedCursor(
      RetainedStore store,
      RetainedNode root,
      String filter,
      boolean hidesSystem,
      SessionStore told) {
    this.told = told;
    this.store = store;
    this.root = root;
    this.filter = filter;
    this.hidesSystem = hidesSystem && (filter.equals("#") || filter.charAt(0) == '+');
  }

  private ArrayDeque<Step> path() {
    ArrayDeque<Step> way = path;
    if (way == null) {
      way = new ArrayDeque<>();
      path = way;
      levels = filter.split("/", -1);
      way.push(new Step(candidates(root, 0), 0));
    }
    return way;
  }

  /**
   * What a walk may cost at most, in bytes.
   *
   * @param maxLevels of filters and topics
   */
  public static int bytes(int maxLevels) {
    return FIXED_BYTES + maxLevels * LEVEL_BYTES;
  }

  /**
   * Passes over what a client has published itself.
   *
   * @return this
   */
  public RetainedCursor without(String clientId) {
    without = clientId;
    return this;
  }

  /**
   * The next message.
   *
   * @param nowMillis clock of the loops: messages that have expired are passed over, and removed
   * @return null where none was met within {@value #VISITS} topic levels: ask {@link #isDone}
   */
  public @Nullable PublishMessage next(long nowMillis) {
    ArrayDeque<Step> way = path();
    for (visited = 0; visited < VISITS; visited++) {
      Step step = way.peek();
      if (step == null) {
        return null;
      }
      if (step.candidates.hasNext()) {
        PublishMessage message = visit(way, step.candidates.next(), step.depth, nowMillis);
        if (message != null) {
          return message;
        }
      } else {
        way.pop();
      }
    }
    return null;
  }

  /** Topic levels that the last {@link #next} looked at, {@value #VISITS} at most. */
  public int visited() {
    return visited;
  }

  /** Whether it is too early to begin: what an earlier process left is still being read. */
  public boolean isEarly() {
    return store.awaitsFirst();
  }

  /** Whether all matching messages have been met. */
  public boolean isDone() {
    return path != null && path.isEmpty();
  }

  private @Nullable PublishMessage visit(
      ArrayDeque<Step> way, RetainedNode node, int depth, long nowMillis) {
    if (depth == 0 && hidesSystem && node.level().startsWith("$")) {
      // Wildcards at the first level do not match topics that begin with $ [MQTT-4.7.2-1].
      return null;
    }
    boolean isHash = levels[Math.min(depth, levels.length - 1)].equals("#");
    boolean isLast = isHash || depth == levels.length - 1;
    // "a/#" matches "a" as well [MQTT-4.7.1-2].
    boolean parentOfHash = depth == levels.length - 2 && levels[depth + 1].equals("#");
    if (node.hasChildren() && (isHash || depth < levels.length - 1)) {
      way.push(new Step(candidates(node, depth + 1), depth + 1));
    }
    PublishMessage message = isLast || parentOfHash ? node.message() : null;
    if (message != null && message.isExpired(nowMillis)) {
      store.removeExpired(node, message, told);
      return null;
    }
    boolean isOwn = message != null && without != null && without.equals(message.publisher());
    return isOwn ? null : message;
  }

  private Iterator<RetainedNode> candidates(RetainedNode parent, int depth) {
    String level = levels[Math.min(depth, levels.length - 1)];
    boolean wild = level.equals("#") || level.equals("+");
    if (!wild) {
      RetainedNode child = parent.child(level);
      return child == null ? List.<RetainedNode>of().iterator() : List.of(child).iterator();
    }
    return parent.children().iterator();
  }
}
