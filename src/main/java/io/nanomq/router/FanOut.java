package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.UndeliveredMessage;
import io.nanomq.router.mailbox.HandOff;
import io.nanomq.router.mailbox.Mailbox;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages that were published on one loop to those who subscribe: at once to recipients on
 * the same loop, in one batch a turn to each other loop. The order of one publisher is kept.
 */
@LoopConfined
public final class FanOut {
  private final LoopContext loop;
  private final TurnBudget budget;
  private final int index;
  private final long here; // the loop's bit
  private final TopicTree tree;
  private final Rerouting rerouting;
  private final Mailbox mailbox;
  private final LargeDeliveries large;
  private final FanOut[] all;
  private final Outboxes outboxes;
  final CurrentMessage current;
  private final OutgoingPublish outgoing;
  private final NodeDelivery nodes;
  private final SharedDelivery shared;
  private final PublishRecorder stored;
  private final FullTargets fullTargets;

  /**
   * @param tree who subscribes
   * @param all the fan-outs of all loops, filled by whoever makes them before the first message
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param shares which member of a shared subscription gets a message
   * @param maxMailBytes bytes that other loops may have waiting here
   * @param maxLargeBytes bytes of messages that may be delivered over several turns
   */
  FanOut(
      LoopContext loop,
      TopicTree tree,
      FanOut[] all,
      BooleanSupplier copyPerFilter,
      Supplier<ShareStrategy> shares,
      long maxMailBytes,
      long maxLargeBytes) {
    this.loop = loop;
    this.budget = loop.budget();
    this.index = loop.index();
    this.here = 1L << index;
    this.all = all;
    this.fullTargets = new FullTargets(index, budget, all);
    this.tree = tree;
    this.stored = new PublishRecorder(loop, all.length);
    this.outboxes = new Outboxes(loop, all, stored);
    this.current = new CurrentMessage(loop, outboxes);
    this.outgoing = current.outgoing();
    this.rerouting = new Rerouting(loop, tree, this, current);
    this.nodes = new NodeDelivery(loop, current, copyPerFilter);
    this.shared = new SharedDelivery(loop, current, stored, shares);
    this.large = new LargeDeliveries(loop, this, stored, copyPerFilter, maxLargeBytes);
    this.mailbox = new Mailbox(loop, maxMailBytes, this::deliverNext, large::isFull);
  }

  /** Tells the store from now on; earlier processes told so many messages at most. */
  public void store(SessionStore store, long lastMessage) {
    stored.store(store, lastMessage);
  }

  /** Recipients of subscriptions of this loop became durable, or are so no more. */
  public void recount(Collection<Subscriber> subscribers) {
    subscribers.forEach(tree::recount);
    budget.spend(subscribers.size() * (long) TurnBudget.VISIT);
  }

  /** The shared group of a name, null where it has no member. */
  public @Nullable SharedGroup group(GroupName name) {
    return tree.group(name);
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /** The loop's encoder of what is being delivered. */
  public OutgoingPublish outgoing() {
    return outgoing;
  }

  /**
   * Delivers what other loops have sent before, ahead of a message of this loop: as much as the
   * turn has room for.
   */
  public void takeMail() {
    mailbox.take();
  }

  /**
   * The loops that the last message went to and that cannot keep up with what they are sent: its
   * publisher should wait for them. A bit for each.
   */
  public long lagging() {
    return outboxes.lagging();
  }

  /**
   * Whether a message has to wait: a loop that it goes to has no room, or it goes to very many and
   * there is enough of that to be done where they are.
   */
  public boolean mustWait(Route route) {
    Match match = route.match;
    boolean isHere = (match.loops() & ~here) == 0;
    if (isHere && (match.only() != null || match.groups().length == 0) && large.isIdle()) {
      return false;
    }
    for (long rest = match.loops(); rest != 0; rest &= rest - 1) {
      int target = Long.numberOfTrailingZeros(rest);
      FanOut there = all[target];
      if (there.hasNoRoomFor(this)
          || there.large.isEnough() && LargeDeliveries.isLarge(match.size(target))) {
        return true;
      }
    }
    if (match.groups().length > 0 && isAnyWithoutRoom()) {
      return true;
    }
    return (large.isEnough() || large.isFull())
        && (large.holds(route.topic())
            || LargeDeliveries.isLarge(match.size(index))
            || LargeDeliveries.isLarge(match.groups().length));
  }

  private boolean hasNoRoomFor(FanOut sender) {
    return this != sender && mailbox.hasNoRoom();
  }

  /** Which loop's member a group is going to choose is not known yet. */
  private boolean isAnyWithoutRoom() {
    for (FanOut there : all) {
      if (there.hasNoRoomFor(this)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether any of them has not caught up.
   *
   * @param loops a bit for each
   */
  public boolean isAnyLagging(long loops) {
    for (long rest = loops; rest != 0; rest &= rest - 1) {
      if (all[Long.numberOfTrailingZeros(rest)].mailbox.isLagging()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Delivers what {@link #outgoing} was begun with.
   *
   * @param publisher whose own subscriptions with No Local are passed over; null = nobody's
   * @return no matching subscribers; quota exceeded where nobody had room for it; else success.
   *     What another loop's recipients do with it is not waited for: it counts as taken, unless the
   *     only one there has said that it is full
   */
  public ReasonCode publish(Route route, @Nullable Recipient publisher) {
    assert loop.isHere() : "published on another thread";
    outboxes.begin();
    Match match = route.match;
    Subscriber only = match.loops() == here ? match.onlySubscriber(index) : null;
    if (only != null && large.isIdle()) {
      // The most common of all: one client gets it, and lives here.
      current.begin();
      nodes.deliverCounted(only, publisher);
      return current.result();
    }
    for (Tap tap : match.taps()) {
      tap.published(index, outgoing, publisher);
    }
    if (match.isEmpty()) {
      return ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }
    current.begin();
    long others = match.loops() & ~here;
    long full = outgoing.qos() == 0 || others == 0 ? 0 : fullTargets.loops(match, others);
    long number = current.store(match, full, publisher, stored, fullTargets);
    boolean nodesWait = false;
    if ((match.loops() & here) != 0) {
      nodesWait = large.takes(match.size(index), current.cost(), route.topic());
      if (!nodesWait) {
        current.toNodes();
        nodes.deliver(match, publisher);
      }
    }
    for (long rest = others; rest != 0; rest &= rest - 1) {
      int target = Long.numberOfTrailingZeros(rest);
      if ((full & 1L << target) != 0) {
        // It would be dropped there, and the publisher not know.
        current.dropThere(match, target);
      } else {
        deliverThere(target, match);
      }
    }
    boolean groupsWait = deliverToGroups(route.topic(), match, publisher, nodesWait);
    if (nodesWait || groupsWait) {
      putOff(current.parts(nodesWait, groupsWait), match, publisher, number);
    }
    if (number != 0) {
      stored.handedOver(current.numberOn(index));
    }
    return current.result();
  }

  private void deliverThere(int target, Match match) {
    int size = match.size(target);
    Object to = LargeDeliveries.isLarge(size) ? all[target].large.mail(match, size) : match;
    current.handOff(target, to, current.numberOn(target));
  }

  /**
   * @param publisher who sent it; null = nobody's client
   * @param nodesWait whether other recipients of the same message have to wait
   * @return whether the groups have to, too: then they get it after those
   */
  private boolean deliverToGroups(
      TopicName topic, Match match, @Nullable Recipient publisher, boolean nodesWait) {
    SharedGroup[] groups = match.groups();
    if (groups.length == 0) {
      return false;
    }
    if (nodesWait || large.takes(groups.length, current.cost(), topic)) {
      return true;
    }
    for (int i = 0; i < groups.length; i++) {
      deliverToGroup(match, i, publisher);
    }
    return false;
  }

  /** All parts together: where one is taken and acknowledged, no other may be dropped. */
  private void putOff(
      LargeDelivery.Parts parts, Match match, @Nullable Recipient publisher, long number) {
    if (large.begin(outgoing.message(), match, parts, publisher, number)) {
      current.taken();
      return;
    }
    current.drop(DropReason.MEMORY_FULL);
    for (int i = 0; parts.groups() && i < match.groups().length; i++) {
      current.toGroup(i);
      shared.done(match.groups()[i]);
    }
  }

  /**
   * A recipient of this loop has no room for messages that wait, or has some again.
   *
   * @param more 1 or -1
   */
  public void addFull(int more) {
    mailbox.addFull(more);
  }

  /**
   * Gives a message that a member of the group did not get to another one.
   *
   * @param number by which the store keeps it for the group; 0 = it does not
   */
  public void redispatch(long number, SharedGroup group, PublishMessage message) {
    shared.redispatch(number, group, message, null);
  }

  /**
   * Gives a message that a member of the group turned out not to take to another one.
   *
   * @param number by which the store keeps it for the group; 0 = it does not
   * @param member of this loop
   */
  public void redispatch(
      long number, SharedGroup group, PublishMessage message, Recipient member, DropReason why) {
    shared.redispatch(number, group, message, new Refusals(member, why));
  }

  /**
   * A member that took a message for itself is done with it.
   *
   * @param number by which the store keeps it for the group; 0 = it does not
   */
  public void settled(long number, SharedGroup group) {
    stored.handedToGroup(number, group);
  }

  /**
   * Gives a message that an earlier process did not hand over to all to restored sessions of this
   * loop that have not had it; {@link #routedAgain} is to follow.
   */
  public void routeAgain(UndeliveredMessage rest) {
    rerouting.toSubscribers(rest);
  }

  /**
   * All loops have routed it again, and told the store that they hand over. One loop gives it to
   * the groups that have not had it, and tells that it is done.
   */
  public void routedAgain(UndeliveredMessage rest) {
    rerouting.toGroups(rest);
    stored.routedAgain(rest.number());
  }

  /** Goes on with a message; the parameters are those of {@link LargeDelivery#goOn}. */
  boolean goOn(LargeDelivery delivery, long leaves) {
    outgoing.begin(delivery.message(), loop.nowMillis());
    try {
      current.begin();
      current.stored(delivery);
      current.toNodes();
      return delivery.goOn(this, current.cost(), budget, leaves);
    } finally {
      outgoing.end();
    }
  }

  /** Delivers to recipients of this loop, whose filters match. */
  NodeDelivery nodes() {
    return nodes;
  }

  /** Delivers to a member of a group, by its place in the match. */
  void deliverToGroup(Match match, int place, @Nullable Recipient publisher) {
    current.toGroup(place);
    shared.deliver(match.groups()[place], publisher, null);
  }

  /** Delivers one message that another loop sent. */
  private void deliverNext(HandOff batch) {
    outgoing.begin(batch.message(), loop.nowMillis());
    outgoing.number(batch.number());
    try {
      current.begin();
      if (batch.target() instanceof Match match) {
        deliverMail(batch, match);
      } else if (batch.target() instanceof LargeDeliveries.Mail mail) {
        large.arrived(mail);
        deliverMail(batch, mail.match());
      } else if (batch.target() instanceof SharedDelivery.Offer offer) {
        offer.arrived();
        shared.deliverTo(offer.member(), offer.refusals());
      } else {
        shared.deliverTo((Subscriber) batch.target(), null);
      }
    } finally {
      outgoing.end();
    }
  }

  private void deliverMail(HandOff batch, Match match) {
    try {
      if (batch.number() != 0) {
        fullTargets.tell(match);
      }
      if (large.takes(match.size(index), current.cost(), batch.message().topic())) {
        putOff(LargeDelivery.Parts.NODES, match, null, batch.number());
      } else {
        nodes.deliver(match, null);
      }
    } finally {
      stored.handedOver(batch.number());
    }
  }

  void close() {
    current.close();
  }
}
