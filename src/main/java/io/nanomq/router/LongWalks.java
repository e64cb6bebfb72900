package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the topic tree that are longer than a part of a turn: one at a time on a loop, so
 * that what they have found is bounded, and a piece of it a turn. Whoever needs the result asks
 * again from turn to turn.
 */
@LoopConfined
final class LongWalks {
  /** Steps that a walk takes in a turn; most need fewer than ten. */
  static final int STEPS_AT_ONCE = TurnBudget.SLICE / TurnBudget.VISIT;

  /** The same while a long one is under way: those who wait for theirs try again and again. */
  private static final int STEPS_BESIDE = 512;

  /** For how long a result is kept for who asked for it; it may be gone for good. */
  private static final int KEPT_MILLIS = 1_000;

  private final LoopContext loop;
  private @Nullable TopicWalk current;
  private @Nullable Match result;
  // Whose the walk is that is under way, or was the last.
  private @Nullable Object asker;
  private String topic = "";
  private long resultAtMillis;

  LongWalks(LoopContext loop) {
    this.loop = loop;
  }

  /**
   * Looks a topic up.
   *
   * @param who the same each time, with the same topic until it has got its answer
   * @return null = not yet: to be asked again in a later turn
   */
  @Nullable Match match(TopicTree tree, String wanted, Object who) {
    if (current != null && topic.equals(wanted)) {
      return null;
    }
    Match ready = result;
    if (ready != null && topic.equals(wanted)) {
      boolean isFresh = ready.generation() == tree.generation();
      // Who has waited for it gets it though the tree has changed since: else one that changes all
      // the time would be walked through for ever. It is as if the message had been sent then.
      if (isFresh || who == asker) {
        result = null;
        asker = null;
        return ready;
      }
    }
    TopicWalk walk = tree.walk(wanted);
    if (walk.goOn(loop.budget(), current == null ? STEPS_AT_ONCE : STEPS_BESIDE)) {
      return walk.result();
    }
    boolean isFree = result == null || loop.nowMillis() - resultAtMillis > KEPT_MILLIS;
    if (current == null && isFree) {
      result = null;
      asker = who;
      topic = wanted;
      current = walk;
      loop.budget().nextTurn(this::goOn);
    }
    return null;
  }

  private void goOn() {
    TopicWalk walk = current;
    if (walk == null) {
      return;
    }
    if (walk.goOn(loop.budget(), STEPS_AT_ONCE)) {
      current = null;
      result = walk.result();
      resultAtMillis = loop.nowMillis();
    } else {
      loop.budget().nextTurn(this::goOn);
    }
  }
}
