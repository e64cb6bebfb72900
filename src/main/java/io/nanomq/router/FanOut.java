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
  // The loop's bit.
  private final long here;
  private final BooleanSupplier copyPerFilter;
  private final DistinctRecipients distinct = new DistinctRecipients();
  private final Mailbox mailbox;
  private final LargeDeliveries large;
  private final FanOut[] all;
  private final Outboxes outboxes;
  private final CurrentMessage current;
  private final OutgoingPublish outgoing;
  private final SharedDelivery shared;

  /**
   * @param all the fan-outs of all loops, filled by whoever makes them before the first message
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param shares which member of a shared subscription gets a message
   * @param maxMailBytes bytes that other loops may have waiting here
   * @param maxLargeBytes bytes of messages that may be delivered over several turns
   */
  FanOut(
      LoopContext loop,
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
    this.copyPerFilter = copyPerFilter;
    this.outboxes = new Outboxes(loop, all);
    this.current = new CurrentMessage(loop, outboxes);
    this.outgoing = current.outgoing();
    this.shared = new SharedDelivery(loop, current, shares);
    this.large = new LargeDeliveries(loop, this, copyPerFilter, maxLargeBytes);
    this.mailbox = new Mailbox(loop, maxMailBytes, this::deliverNext, large::isFull);
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
    if (!mailbox.isEmpty()) {
      mailbox.take();
    }
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
    if ((match.loops() & ~here) == 0 && match.groups().length == 0 && large.isIdle()) {
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
    for (Tap tap : match.taps()) {
      tap.published(index, outgoing, publisher);
    }
    if (match.isEmpty()) {
      return ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }
    current.begin();
    boolean nodesWait = false;
    if ((match.loops() & here) != 0) {
      nodesWait = large.takes(match.size(index), current.cost(), route.topic());
      if (!nodesWait) {
        deliverHere(match, publisher);
      }
    }
    long others = match.loops() & ~here;
    while (others != 0) {
      int target = Long.numberOfTrailingZeros(others);
      others &= others - 1;
      deliverThere(target, match);
    }
    boolean groupsWait = deliverToGroups(route.topic(), match, publisher, nodesWait);
    if (nodesWait || groupsWait) {
      putOff(new LargeDelivery.Parts(nodesWait, groupsWait), match, publisher);
    }
    return current.result();
  }

  private void deliverThere(int target, Match match) {
    int size = match.size(target);
    FanOut there = all[target];
    if (LargeDeliveries.isLarge(size)) {
      current.handOff(target, there.large.mail(match, size));
    } else if (outgoing.qos() > 0 && there.mailbox.hasFull() && match.isFullOn(target)) {
      // It would be dropped there, and the publisher not know.
      current.drop(DropReason.QUEUE_FULL);
    } else {
      current.handOff(target, match);
    }
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
    for (SharedGroup group : groups) {
      shared.deliver(group, publisher, null);
    }
    return false;
  }

  /** All parts together: where one is taken and acknowledged, no other may be dropped. */
  private void putOff(LargeDelivery.Parts parts, Match match, @Nullable Recipient publisher) {
    if (large.begin(outgoing.message(), match, parts, publisher)) {
      current.taken();
    } else {
      current.drop(DropReason.MEMORY_FULL);
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

  /** Gives a message that a member of the group did not get to another one. */
  public void redispatch(SharedGroup group, PublishMessage message) {
    redispatch(group, message, null);
  }

  /**
   * Gives a message that a member of the group turned out not to take to another one.
   *
   * @param member of this loop
   */
  public void redispatch(
      SharedGroup group, PublishMessage message, Recipient member, DropReason why) {
    redispatch(group, message, new Refusals(member, why));
  }

  private void redispatch(SharedGroup group, PublishMessage message, @Nullable Refusals refusals) {
    if (message.isExpired(loop.nowMillis())) {
      // Nobody else has begun to get it [MQTT-3.3.2-5].
      loop.counters().drop(DropReason.EXPIRED);
      return;
    }
    outgoing.begin(message, loop.nowMillis());
    try {
      current.begin();
      shared.deliver(group, null, refusals);
    } finally {
      outgoing.end();
    }
  }

  /** Goes on with a message; the parameters are those of {@link LargeDelivery#goOn}. */
  boolean goOn(LargeDelivery delivery, long leaves) {
    outgoing.begin(delivery.message(), loop.nowMillis());
    try {
      current.begin();
      return delivery.goOn(this, current.cost(), budget, leaves);
    } finally {
      outgoing.end();
    }
  }

  void deliverToGroup(SharedGroup group, @Nullable Recipient publisher) {
    shared.deliver(group, publisher, null);
  }

  private void deliverHere(Match match, @Nullable Recipient publisher) {
    TopicNode[] nodes = match.nodes();
    if (nodes.length == 1 || copyPerFilter.getAsBoolean()) {
      for (TopicNode node : nodes) {
        deliverNode(node.slot(index), publisher);
      }
      return;
    }
    distinct.begin();
    for (TopicNode node : nodes) {
      gatherNode(node.slot(index), publisher);
    }
    budget.spend(distinct.filters() * (long) TurnBudget.VISIT);
    budget.spend((long) distinct.size() * current.cost());
    deliverDistinct();
  }

  private void deliverDistinct() {
    for (int i = 0; i < distinct.size(); i++) {
      int qos = Math.min(outgoing.qos(), distinct.qos(i));
      boolean retain = outgoing.retain() && distinct.retain(i);
      current.give(distinct.recipient(i), qos, retain, distinct.identifiers(i));
    }
    distinct.end();
  }

  /** Delivers to one recipient of those that were found in turns before. */
  void deliverTo(SubscriptionsByRecipient found, int i) {
    distinct.begin();
    budget.spend(found.addTo(distinct, i) * (long) TurnBudget.VISIT);
    budget.spend(current.cost());
    deliverDistinct();
  }

  private void deliverNode(@Nullable Object slot, @Nullable Recipient publisher) {
    if (slot instanceof Subscriber only) {
      budget.spend(current.cost());
      deliverOne(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
      budget.spend((long) list.size() * current.cost());
      for (int i = 0; i < list.size(); i++) {
        deliverOne(list.get(i), publisher);
      }
    }
  }

  void deliverOne(Subscriber subscriber, @Nullable Recipient publisher) {
    Recipient recipient = subscriber.recipient();
    if (recipient == publisher && subscriber.noLocal()) {
      return;
    }
    int qos = Math.min(outgoing.qos(), subscriber.qos());
    boolean retain = outgoing.retain() && subscriber.retainAsPublished();
    current.give(recipient, qos, retain, subscriber.identifiers());
  }

  private void gatherNode(@Nullable Object slot, @Nullable Recipient publisher) {
    if (slot instanceof Subscriber only) {
      gatherOne(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
      for (int i = 0; i < list.size(); i++) {
        gatherOne(list.get(i), publisher);
      }
    }
  }

  private void gatherOne(Subscriber subscriber, @Nullable Recipient publisher) {
    if (subscriber.recipient() != publisher || !subscriber.noLocal()) {
      distinct.add(subscriber);
    }
  }

  /** Delivers one message that another loop sent. */
  private void deliverNext(HandOff batch) {
    outgoing.begin(batch.message(), loop.nowMillis());
    try {
      current.begin();
      if (batch.target() instanceof Match match) {
        deliverMail(batch.message(), match);
      } else if (batch.target() instanceof LargeDeliveries.Mail mail) {
        large.arrived(mail);
        deliverMail(batch.message(), mail.match());
      } else if (batch.target() instanceof SharedOffer offer) {
        offer.arrived();
        shared.deliverTo(offer.member(), offer.refusals());
      } else {
        shared.deliverTo((Subscriber) batch.target(), null);
      }
    } finally {
      outgoing.end();
    }
  }

  private void deliverMail(PublishMessage message, Match match) {
    if (large.takes(match.size(index), current.cost(), message.topic())) {
      putOff(LargeDelivery.Parts.NODES, match, null);
    } else {
      deliverHere(match, null);
    }
  }

  void close() {
    current.close();
  }
}
