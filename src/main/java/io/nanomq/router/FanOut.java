package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
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
  private static final int DELIVERIES_PER_TURN = 16 * 1024;

  private final LoopContext loop;
  private final int index;
  private final BooleanSupplier copyPerFilter;
  private final OutgoingPublish outgoing = new OutgoingPublish();
  private final Gathering gathering = new Gathering();
  private final Mailbox mailbox;
  private final FanOut[] all;
  private final @Nullable HandOff[] outboxes;
  private boolean endsTurn;
  private int deliveries;
  private long turn;

  /**
   * @param all the fan-outs of all loops, filled by whoever makes them before the first message
   * @param copyPerFilter whether overlapping filters get a copy each
   */
  FanOut(LoopContext loop, FanOut[] all, BooleanSupplier copyPerFilter) {
    this.loop = loop;
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

  /** Delivers what other loops have sent before, ahead of a message of this loop. */
  public void takeMail() {
    if (!mailbox.isEmpty()) {
      mailbox.takeSlice();
    }
  }

  /** Whether some loop cannot keep up with what this one sends: stop reading for a while. */
  public boolean isAnyLagging() {
    for (FanOut other : all) {
      if (other != this && other.mailbox.isLagging()) {
        return true;
      }
    }
    return false;
  }

  /** Whether this turn of the loop has delivered so much that others should get theirs. */
  public boolean isTurnUsedUp() {
    boolean used = turn == loop.turn() && deliveries > DELIVERIES_PER_TURN;
    if (used) {
      // Where nobody wrote to a socket nothing else would end the turn.
      endTurn();
    }
    return used;
  }

  /**
   * Delivers what {@link #outgoing} was begun with.
   *
   * @param publisher whose own subscriptions with No Local are passed over; null = nobody's
   * @return whether anybody subscribes to the topic
   */
  public boolean publish(Route route, @Nullable Recipient publisher) {
    if (turn != loop.turn()) {
      turn = loop.turn();
      deliveries = 0;
    }
    Match match = route.match;
    if (match.isEmpty()) {
      return false;
    }
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
      deliverToMember(group);
    } finally {
      outgoing.end();
    }
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
    deliveries++;
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
    deliveries += gathering.size();
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
      deliverOne(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
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
    deliveries++;
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
    if (batch.isFull()) {
      outboxes[target] = null;
      all[target].mailbox.offer(batch);
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

  /** Delivers one message that another loop sent; says to how many recipients. */
  private int deliverNext(HandOff batch) {
    int before = deliveries;
    outgoing.begin(batch.message(), loop.nowMillis());
    try {
      if (batch.target() instanceof Match match) {
        deliverHere(match, null);
      } else {
        deliverToChosen((Subscriber) batch.target());
      }
    } finally {
      outgoing.end();
    }
    int count = deliveries - before;
    deliveries = before;
    return count;
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
