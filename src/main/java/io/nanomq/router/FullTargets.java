package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.router.mailbox.Mailbox;

/**
 * Which of those that a message goes to have said that they have no room: what nobody keeps must
 * not be stored first, or one publisher fills the store with waste. Asked only where some recipient
 * is full; looking costs the publisher's turn.
 */
@LoopConfined
final class FullTargets {
  private final int index;
  private final TurnBudget budget;
  private final FanOut[] all;

  /**
   * @param index of the loop that asks
   * @param budget its turn
   */
  FullTargets(int index, TurnBudget budget, FanOut[] all) {
    this.index = index;
    this.budget = budget;
    this.all = all;
  }

  /**
   * Of some other loops those where one recipient at each node is all, and full; a bit for each.
   */
  long loops(Match match, long among) {
    long full = 0;
    for (long rest = match.loops() & among; rest != 0; rest &= rest - 1) {
      int to = Long.numberOfTrailingZeros(rest);
      full |= all[to].mailbox().hasFull() && match.isFullOn(to) ? 1L << to : 0;
    }
    return full;
  }

  /**
   * The loops of whose durable subscribers none has room, as far as is known here. Whoever has some
   * after all stores the message with its own record.
   */
  long durable(Match match, DurableTargets durable) {
    long full = 0;
    for (long rest = durable.loops(); rest != 0; rest &= rest - 1) {
      int to = Long.numberOfTrailingZeros(rest);
      full |= isDurableFull(match, to) ? 1L << to : 0;
    }
    return full;
  }

  private boolean isDurableFull(Match match, int to) {
    Mailbox there = all[to].mailbox();
    if (!there.hasFull()) {
      return false;
    }
    for (TopicNode node : match.nodes()) {
      int looked = node.lookForRoom(to, to == index, there);
      budget.spend(Math.abs(looked) * (long) TurnBudget.VISIT);
      if (looked < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether no member of any group that the store has to know has room. */
  boolean groups(Match match, DurableTargets durable) {
    if (durable.names().length == 0 || !hasFull()) {
      return false;
    }
    for (int i = 0; i < match.groups().length; i++) {
      if (durable.hasGroup(i)) {
        int looked = match.groups()[i].lookForRoom();
        budget.spend(Math.abs(looked) * (long) TurnBudget.VISIT);
        if (looked < 0) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean hasFull() {
    for (FanOut each : all) {
      if (each.mailbox().hasFull()) {
        return true;
      }
    }
    return false;
  }

  /** Lets other loops know where none of this loop's durable subscribers has room. */
  void tell(Match match) {
    Mailbox here = all[index].mailbox();
    if (here.hasFull()) {
      for (TopicNode node : match.nodes()) {
        budget.spend(node.tellFull(index, here) * (long) TurnBudget.VISIT);
      }
    }
  }
}
