package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The publishers of one loop that are not read from until other loops have caught up. All are
 * looked at together, however many they are, and in turn where a turn has no room for all.
 */
@LoopConfined
final class PausedPublishers {
  private static final int LOOK_AGAIN_MILLIS = 1;

  private final LoopContext loop;
  private final Queue<Paused> waiting = new ArrayDeque<>();
  private final Runnable look = this::look;
  private boolean scheduled;

  PausedPublishers(LoopContext loop) {
    this.loop = loop;
  }

  private record Paused(ReadGate gate, BooleanSupplier lag) {}

  /**
   * @param lag whether the loops that its messages go to have not caught up
   */
  void add(ReadGate gate, BooleanSupplier lag) {
    waiting.add(new Paused(gate, lag));
    if (!scheduled) {
      scheduled = true;
      loop.eventLoop().execute(look);
    }
  }

  /** Looks at all once. */
  void look() {
    scheduled = false;
    TurnBudget budget = loop.budget();
    budget.reserve();
    for (int i = waiting.size(); i > 0 && !budget.isUsedUp(); i--) {
      Paused first = waiting.remove();
      budget.spend(TurnBudget.VISIT);
      if (!first.gate.readOnUnless(first.lag)) {
        waiting.add(first);
      }
    }
    if (!waiting.isEmpty() && !scheduled) {
      scheduled = true;
      loop.eventLoop().schedule(look, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }
}
