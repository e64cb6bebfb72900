package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.router.LargeDelivery.Part;
import java.util.function.BooleanSupplier;
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
  private final BooleanSupplier copyPerFilter;
  private final OutgoingPublish outgoing = new OutgoingPublish();
  private final Gathering gathering = new Gathering();
  private final Mailbox mailbox;
  private final LargeDeliveries large;
  private final FanOut[] all;
  private final Outboxes outboxes;
  // this message
  private int deliveryCost;
  // Whether somebody took it, as far as is known; whether somebody had no room for it.
  private boolean taken;
  private boolean refused;

  /**
   * @param all the fan-outs of all loops, filled by whoever makes them before the first message
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param maxMailBytes bytes that other loops may have waiting here before they are slowed down
   */
  FanOut(LoopContext loop, FanOut[] all, BooleanSupplier copyPerFilter, long maxMailBytes) {
    this.loop = loop;
    this.budget = loop.budget();
    this.index = loop.index();
    this.all = all;
    this.copyPerFilter = copyPerFilter;
    this.outboxes = new Outboxes(loop, all);
    this.large = new LargeDeliveries(loop, this, copyPerFilter, all.length);
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
   * Whether a message has to wait because it goes to very many, and there is enough of that to be
   * done where they are.
   */
  public boolean mustWait(Route route) {
    Match match = route.match;
    for (long rest = match.loops(); rest != 0; rest &= rest - 1) {
      int target = Long.numberOfTrailingZeros(rest);
      LargeDeliveries there = all[target].large;
      if (there.isEnough() && LargeDeliveries.isLarge(match.size(target))) {
        return true;
      }
    }
    return (large.isEnough() || large.isFull())
        && (large.holds(route.topic())
            || LargeDeliveries.isLarge(match.size(index))
            || LargeDeliveries.isLarge(match.groups().length));
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
    outboxes.begin();
    Match match = route.match;
    if (match.isEmpty()) {
      return ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }
    begin();
    taken = false;
    refused = false;
    if ((match.loops() & 1L << index) != 0) {
      int size = match.size(index);
      if (large.takes(size, deliveryCost, route.topic())) {
        large.begin(outgoing.message(), match, Part.NODES, publisher, size);
        taken = true;
      } else {
        deliverHere(match, publisher);
      }
    }
    long others = match.loops() & ~(1L << index);
    while (others != 0) {
      int target = Long.numberOfTrailingZeros(others);
      others &= others - 1;
      deliverThere(target, match);
    }
    deliverToGroups(route.topic(), match);
    return refused && !taken ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
  }

  private void deliverThere(int target, Match match) {
    int size = match.size(target);
    FanOut there = all[target];
    if (LargeDeliveries.isLarge(size)) {
      handOff(target, outgoing.message(), there.large.mail(match, size));
    } else if (outgoing.qos() > 0 && there.mailbox.hasFull() && match.isFullOn(target)) {
      // It would be dropped there, and the publisher not know.
      refused = true;
      loop.counters().drop(DropReason.QUEUE_FULL);
    } else {
      handOff(target, outgoing.message(), match);
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
      begin();
      deliverToMember(group, refusals);
    } finally {
      outgoing.end();
    }
  }

  private void deliverToGroups(TopicName topic, Match match) {
    SharedGroup[] groups = match.groups();
    if (groups.length > 0 && large.takes(groups.length, deliveryCost, topic)) {
      large.begin(outgoing.message(), match, Part.GROUPS, null, groups.length);
      taken = true;
      return;
    }
    for (SharedGroup group : groups) {
      deliverToMember(group);
    }
  }

  /** Goes on with a message; as {@link LargeDelivery#goOn}. */
  boolean goOn(LargeDelivery delivery, long leaves) {
    outgoing.begin(delivery.message(), loop.nowMillis());
    try {
      begin();
      return delivery.goOn(this, deliveryCost, budget, leaves);
    } finally {
      outgoing.end();
    }
  }

  private void begin() {
    deliveryCost = TurnBudget.DELIVERY + TurnBudget.ofBytes(outgoing.sizeBound());
  }

  void deliverToMember(SharedGroup group) {
    deliverToMember(group, null);
  }

  private void deliverToMember(SharedGroup group, @Nullable Refusals before) {
    Refusals refusals = before;
    while (refusals == null || !refusals.isFull()) {
      Subscriber member = group.pick(refusals, outgoing.sizeFloor());
      budget.spend(group.passedOver() * (long) TurnBudget.VISIT);
      if (member == null) {
        break;
      }
      int target = member.recipient().loopIndex();
      if (target != index && member.recipient().isFull()) {
        refusals = Refusals.with(refusals, member.recipient(), DropReason.QUEUE_FULL);
        continue;
      }
      if (target != index) {
        Object to = refusals == null ? member : new SharedOffer(member, refusals);
        handOff(target, outgoing.message(), to);
        return;
      }
      DropReason why = deliverShared(member, group);
      if (why == null) {
        return;
      }
      refusals = Refusals.with(refusals, member.recipient(), why);
    }
    dropShared(refusals);
  }

  private void dropShared(@Nullable Refusals refusals) {
    if (refusals == null) {
      loop.counters().drop(DropReason.NO_MEMBER);
    } else if (refusals.last().loopIndex() == index) {
      drop(refusals.last(), refusals.why());
    } else {
      refused |= refusals.why().isForWantOfRoom();
      loop.counters().drop(refusals.why());
    }
  }

  private void drop(Recipient recipient, DropReason why) {
    refused |= why.isForWantOfRoom();
    recipient.dropped(why);
  }

  private @Nullable DropReason deliverShared(Subscriber member, SharedGroup group) {
    budget.spend(deliveryCost);
    boolean retain = outgoing.retain() && member.retainAsPublished();
    int qos = Math.min(outgoing.qos(), member.qos());
    return offer(member.recipient(), qos, retain, member.identifiers(), group);
  }

  private void give(Recipient to, int qos, boolean retain, int @Nullable [] identifiers) {
    DropReason why = offer(to, qos, retain, identifiers, null);
    if (why != null) {
      drop(to, why);
    }
  }

  /** Whatever goes wrong with one recipient, the others get the message. */
  private @Nullable DropReason offer(
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

  private void deliverHere(Match match, @Nullable Recipient publisher) {
    TopicNode[] nodes = match.nodes();
    if (nodes.length == 1 || copyPerFilter.getAsBoolean()) {
      for (TopicNode node : nodes) {
        deliverNode(node.slot(index), publisher);
      }
      return;
    }
    gathering.begin();
    for (TopicNode node : nodes) {
      gatherNode(node.slot(index), publisher);
    }
    budget.spend(gathering.filters() * (long) TurnBudget.VISIT);
    budget.spend((long) gathering.size() * deliveryCost);
    for (int i = 0; i < gathering.size(); i++) {
      deliverGathered(gathering, i);
    }
    gathering.end();
  }

  void deliverGathered(Gathering all, int i) {
    int qos = Math.min(outgoing.qos(), all.qos(i));
    boolean retain = outgoing.retain() && all.retain(i);
    give(all.recipient(i), qos, retain, all.identifiers(i));
  }

  private void deliverNode(@Nullable Object slot, @Nullable Recipient publisher) {
    if (slot instanceof Subscriber only) {
      budget.spend(deliveryCost);
      deliverOne(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
      budget.spend((long) list.size() * deliveryCost);
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
    give(recipient, qos, retain, subscriber.identifiers());
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
      gathering.add(subscriber);
    }
  }

  private void handOff(int target, PublishMessage message, Object to) {
    taken = true;
    budget.spend(deliveryCost);
    outboxes.add(target, message, to);
  }

  /** Delivers one message that another loop sent. */
  private void deliverNext(HandOff batch) {
    outgoing.begin(batch.message(), loop.nowMillis());
    try {
      begin();
      if (batch.target() instanceof Match match) {
        deliverMail(batch.message(), match);
      } else if (batch.target() instanceof LargeDeliveries.Mail mail) {
        large.arrived(mail);
        deliverMail(batch.message(), mail.match());
      } else if (batch.target() instanceof SharedOffer offer) {
        deliverToChosen(offer.member(), offer.refusals());
      } else {
        deliverToChosen((Subscriber) batch.target(), null);
      }
    } finally {
      outgoing.end();
    }
  }

  private void deliverMail(PublishMessage message, Match match) {
    int size = match.size(index);
    if (large.takes(size, deliveryCost, message.topic())) {
      large.begin(message, match, Part.NODES, null, size);
    } else {
      deliverHere(match, null);
    }
  }

  private void deliverToChosen(Subscriber member, @Nullable Refusals before) {
    SharedGroup group = member.group;
    if (group == null) {
      return;
    }
    Refusals refusals = before;
    if (member.isActive()) {
      DropReason why = deliverShared(member, group);
      if (why == null) {
        return;
      }
      refusals = Refusals.with(refusals, member.recipient(), why);
    }
    // It did not take it, or left while the message was on its way.
    deliverToMember(group, refusals);
  }

  void close() {
    outgoing.close();
  }
}
