package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.persistence.GroupName;
import io.nanomq.router.mailbox.HandOff;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The message that a loop is delivering: it is offered to recipients of the loop, or handed to
 * other loops, each counted into the turn, and in the end it is known whether anybody took it.
 */
@LoopConfined
final class CurrentMessage {
  private final LoopContext loop;
  private final TurnBudget budget;
  private final Outboxes outboxes;
  private final OutgoingPublish outgoing = new OutgoingPublish();
  private Consumer<Recipient> refusals = any -> {};
  // this message
  private int cost;
  // Whether somebody took it, as far as is known; whether somebody had no room for it.
  private boolean taken;
  private boolean refused;
  // By what number the store knows it, and for whom; 0 = it does not.
  private long number;
  private @Nullable DurableTargets durable;
  // Of these the loops that are not counted on to keep it, a bit for each, and the groups.
  private long unkept;
  private boolean groupsFull;

  CurrentMessage(LoopContext loop, Outboxes outboxes) {
    this.loop = loop;
    this.budget = loop.budget();
    this.outboxes = outboxes;
  }

  /** The loop's encoder of it. */
  OutgoingPublish outgoing() {
    return outgoing;
  }

  /** {@link #outgoing} was begun with it. */
  void begin() {
    cost = TurnBudget.DELIVERY + TurnBudget.ofBytes(outgoing.sizeBound());
    taken = false;
    refused = false;
    number = 0;
    unkept = 0;
    groupsFull = false;
  }

  /**
   * Stores it where somebody keeps it who outlives the process. Those who most likely have no room
   * are not counted on: what is not kept takes no room in the store, and whoever keeps it after all
   * stores it with its own record.
   *
   * @param full loops that do not get it, a bit for each
   * @return the number that it has from now on; 0 = it is not stored
   */
  long store(
      Match match,
      long full,
      @Nullable Recipient publisher,
      PublishRecorder recorder,
      FullTargets targets) {
    DurableTargets to = match.durable();
    if (to == null || outgoing.qos() == 0 || !recorder.isLasting()) {
      return 0;
    }
    durable = to;
    unkept = full | targets.durable(match, to);
    groupsFull = targets.groups(match, to);
    GroupName[] groups = groupsFull ? DurableTargets.NO_NAMES : to.names();
    number = recorder.publish(outgoing, to, unkept, groups, publisher);
    return number;
  }

  /** One that was put off goes on. */
  void stored(LargeDelivery delivery) {
    number = delivery.number();
    durable = delivery.match().durable();
    unkept = delivery.parts().unkept();
    groupsFull = delivery.parts().groupsFull();
  }

  /** Parts of it that are put off. */
  LargeDelivery.Parts parts(boolean nodes, boolean groups) {
    return new LargeDelivery.Parts(nodes, groups, unkept, groupsFull);
  }

  /** By what number the store knows it on its way to subscribers of a loop; 0 = it does not. */
  long numberOn(int target) {
    DurableTargets told = durable;
    boolean isTold = told != null && told.isOn(target) && (unkept & 1L << target) == 0;
    return number != 0 && isTold ? number : 0;
  }

  /** It is given to subscribers of this loop from now on. */
  void toNodes() {
    if (number != 0) {
      outgoing.number(numberOn(loop.index()));
    }
  }

  /** It is given to a group from now on, by its place in the match. */
  void toGroup(int place) {
    DurableTargets told = durable;
    if (number != 0) {
      outgoing.number(told != null && told.hasGroup(place) && !groupsFull ? number : 0);
    }
  }

  /** Units of a turn that a copy costs. */
  int cost() {
    return cost;
  }

  /** Quota exceeded where nobody had room for it; else success. */
  ReasonCode result() {
    return refused && !taken ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
  }

  /** It is delivered later. */
  void taken() {
    taken = true;
  }

  /** Somebody had no room for it. */
  void refused() {
    refused = true;
  }

  void drop(DropReason why) {
    refused |= why.isForWantOfRoom();
    loop.counters().drop(why);
  }

  /** Who is told of recipients of other loops that are full. */
  void tellRefusals(Consumer<Recipient> told) {
    refusals = told;
  }

  /** All that another loop has for it is full. */
  void dropThere(Match match, int there) {
    drop(DropReason.QUEUE_FULL);
    match.fullOn(there, refusals);
  }

  void drop(Recipient recipient, DropReason why) {
    // To find that there is no room, and to tell it, is more than to write the message.
    budget.spend(2 * TurnBudget.DELIVERY);
    refused |= why.isForWantOfRoom();
    recipient.dropped(why, outgoing);
  }

  void give(Recipient to, int qos, boolean retain, int @Nullable [] identifiers) {
    DropReason why = offer(to, qos, retain, identifiers, null);
    if (why != null) {
      drop(to, why);
    }
  }

  /**
   * Whatever goes wrong with one recipient, the others get the message.
   *
   * @return why it is not taken, null = it is
   */
  @Nullable DropReason offer(
      Recipient to,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    try {
      DropReason why = to.deliver(outgoing, qos, retain, identifiers, group);
      taken |= why == null;
      return why;
    } catch (Throwable failure) {
      // It may have got a part of it, or get it when it comes back.
      taken = true;
      to.failed(failure);
      return null;
    }
  }

  /**
   * Hands it to another loop.
   *
   * @param stored by what number the store knows it on that way; 0 = it does not
   * @param to what the other loop is to do with it, see {@link HandOff#target}
   */
  void handOff(int target, Object to, long stored) {
    taken = true;
    budget.spend(cost);
    outboxes.add(target, outgoing.message(), to, stored);
  }

  void close() {
    outgoing.close();
  }
}
