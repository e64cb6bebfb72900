package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages that were published on one loop to those who subscribe: at once to recipients on
 * the same loop, in one batch a turn to each other loop. The order of one publisher is kept.
 */
@LoopConfined
public final class FanOut implements LoopContext.TurnEnd {
  private final LoopContext loop;
  private final TurnBudget budget;
  private final int index;
  private final BooleanSupplier copyPerFilter;
  private final OutgoingPublish outgoing = new OutgoingPublish();
  private final Gathering gathering = new Gathering();
  private final Mailbox mailbox;
  private final FanOut[] all;
  private final @Nullable HandOff[] outboxes;
  private boolean endsTurn;
  // this message
  private int deliveryCost;
  private long lagging;

  /**
   * @param all the fan-outs of all loops, filled by whoever makes them before the first message
   * @param copyPerFilter whether overlapping filters get a copy each
   */
  FanOut(LoopContext loop, FanOut[] all, BooleanSupplier copyPerFilter) {
    this.loop = loop;
    this.budget = loop.budget();
    this.index = loop.index();
    this.all = all;
    this.copyPerFilter = copyPerFilter;
    this.outboxes = new HandOff[all.length];
    this.mailbox = new Mailbox(loop, this::deliverNext);
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
    return lagging;
  }

  /**
   * Those that have not caught up.
   *
   * @param loops a bit for each
   */
  public long stillLagging(long loops) {
    long still = 0;
    for (long rest = loops; rest != 0; rest &= rest - 1) {
      int other = Long.numberOfTrailingZeros(rest);
      still |= all[other].mailbox.isLagging() ? 1L << other : 0;
    }
    return still;
  }

  /**
   * Delivers what {@link #outgoing} was begun with.
   *
   * @param publisher whose own subscriptions with No Local are passed over; null = nobody's
   * @return whether anybody subscribes to the topic
   */
  public boolean publish(Route route, @Nullable Recipient publisher) {
    lagging = 0;
    Match match = route.match;
    if (match.isEmpty()) {
      return false;
    }
    begin();
    if ((match.loops() & 1L << index) != 0) {
      deliverHere(match, publisher);
    }
    long others = match.loops() & ~(1L << index);
    while (others != 0) {
      int target = Long.numberOfTrailingZeros(others);
      others &= others - 1;
      handOff(target, outgoing.message(), match);
    }
    for (SharedGroup group : match.groups()) {
      deliverToMember(group);
    }
    return true;
  }

  /** Gives a message that a member of the group did not get, or not take, to another one. */
  public void redispatch(SharedGroup group, PublishMessage message) {
    if (message.isExpired(loop.nowMillis())) {
      // Nobody else has begun to get it [MQTT-3.3.2-5].
      loop.counters().drop(DropReason.EXPIRED);
      return;
    }
    outgoing.begin(message, loop.nowMillis());
    try {
      begin();
      deliverToMember(group);
    } finally {
      outgoing.end();
    }
  }

  private void begin() {
    deliveryCost = TurnBudget.DELIVERY + TurnBudget.ofBytes(outgoing.sizeBound());
  }

  private void deliverToMember(SharedGroup group) {
    Subscriber member = group.pick();
    if (member == null) {
      loop.counters().drop(DropReason.NO_MEMBER);
      return;
    }
    int target = member.recipient().loopIndex();
    if (target == index) {
      deliverShared(member, group);
    } else {
      handOff(target, outgoing.message(), member);
    }
  }

  private void deliverShared(Subscriber member, SharedGroup group) {
    budget.spend(deliveryCost);
    boolean retain = outgoing.retain() && member.retainAsPublished();
    int qos = Math.min(outgoing.qos(), member.qos());
    member.recipient().deliver(outgoing, qos, retain, member.identifiers(), group);
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
    int qos = outgoing.qos();
    boolean retain = outgoing.retain();
    budget.spend(gathering.filters() * (long) TurnBudget.VISIT);
    budget.spend((long) gathering.size() * deliveryCost);
    for (int i = 0; i < gathering.size(); i++) {
      gathering
          .recipient(i)
          .deliver(
              outgoing,
              Math.min(qos, gathering.qos(i)),
              retain && gathering.retain(i),
              gathering.identifiers(i),
              null);
    }
    gathering.end();
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

  private void deliverOne(Subscriber subscriber, @Nullable Recipient publisher) {
    Recipient recipient = subscriber.recipient();
    if (recipient == publisher && subscriber.noLocal()) {
      return;
    }
    int qos = Math.min(outgoing.qos(), subscriber.qos());
    boolean retain = outgoing.retain() && subscriber.retainAsPublished();
    recipient.deliver(outgoing, qos, retain, subscriber.identifiers(), null);
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
    HandOff batch = outboxes[target];
    if (batch == null) {
      batch = new HandOff();
      outboxes[target] = batch;
    }
    batch.add(message, to);
    budget.spend(deliveryCost);
    Mailbox there = all[target].mailbox;
    if (batch.isFull()) {
      outboxes[target] = null;
      there.offer(batch);
    }
    if (there.isLagging()) {
      lagging |= 1L << target;
    }
    endTurn();
  }

  private void endTurn() {
    if (!endsTurn) {
      endsTurn = true;
      loop.firstAtTurnEnd(this);
    }
  }

  @Override
  public void endOfTurn() {
    endsTurn = false;
    for (int i = 0; i < outboxes.length; i++) {
      HandOff batch = outboxes[i];
      if (batch != null) {
        outboxes[i] = null;
        all[i].mailbox.offer(batch);
      }
    }
  }

  /** Delivers one message that another loop sent. */
  private void deliverNext(HandOff batch) {
    outgoing.begin(batch.message(), loop.nowMillis());
    try {
      begin();
      if (batch.target() instanceof Match match) {
        deliverHere(match, null);
      } else {
        deliverToChosen((Subscriber) batch.target());
      }
    } finally {
      outgoing.end();
    }
  }

  private void deliverToChosen(Subscriber member) {
    SharedGroup group = member.group;
    if (group == null) {
      return;
    }
    if (member.isActive()) {
      deliverShared(member, group);
    } else {
      // It left while the message was on its way.
      deliverToMember(group);
    }
  }

  void close() {
    outgoing.close();
  }
}
