package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.SessionStore;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one loop tells the store of messages on their way to durable sessions: those that it
 * publishes, and how far it has come with those that it was given, itself included. Messages that
 * no durable session gets never come here.
 */
@LoopConfined
final class PublishRecorder implements LoopContext.TurnEnd {
  private final LoopContext loop;
  // Null = nothing of what it is told would outlive the process.
  private @Nullable SessionStore store;
  private long published;
  // By the loop that published: the last one that was given here, and what was told of it.
  private final long[] given;
  private final long[] told;
  // Of those given the ones that are delivered over several turns, in the order of their numbers.
  private final @Nullable ArrayDeque<Long>[] waiting;
  private boolean endsTurn;

  @SuppressWarnings("unchecked")
  PublishRecorder(LoopContext loop, int loops) {
    this.loop = loop;
    this.given = new long[loops];
    this.told = new long[loops];
    this.waiting = (ArrayDeque<Long>[]) new ArrayDeque<?>[loops];
  }

  /**
   * What is told from now on goes there; before the first message.
   *
   * @param lastMessage the messages of earlier processes had counts up to that
   */
  void store(SessionStore lasting, long lastMessage) {
    store = lasting.isLasting() ? lasting : null;
    published = lastMessage;
    lasting.beforeWriting(this::tell);
  }

  /** Whether anything of what it is told outlives the process. */
  boolean isLasting() {
    return store != null;
  }

  /**
   * A message is being published that durable sessions may get: it is stored before any loop hands
   * it over to them.
   *
   * @param full loops that do not get it, or do not keep it, a bit for each
   * @param groups those that may keep it
   * @param publisher whose packet it is; null = nobody's
   * @return the number that it has from now on; 0 = it is not stored
   */
  long publish(
      OutgoingPublish message,
      DurableTargets to,
      long full,
      GroupName[] groups,
      @Nullable Recipient publisher) {
    long targets = to.loops() & ~full;
    SessionStore told = store;
    return told == null || message.qos() == 0 || targets == 0 && groups.length == 0
        ? 0
        : publish(told, message, targets, groups, publisher);
  }

  /**
   * A message that a group's member does not get after all goes to another one, as a message of its
   * own: that member has settled the one before.
   *
   * @return the number that it has from now on; 0 = it is not stored
   */
  long publishAgain(OutgoingPublish message, SharedGroup group) {
    SessionStore told = store;
    return told == null || message.qos() == 0 || !group.isDurable()
        ? 0
        : publish(told, message, 0, new GroupName[] {group.name()}, null);
  }

  private long publish(
      SessionStore told,
      OutgoingPublish message,
      long targets,
      GroupName[] groups,
      @Nullable Recipient publisher) {
    long number = MessageNumber.of(loop.index(), ++published);
    int packetId = message.qos() == 2 && publisher != null ? message.packetId() : 0;
    long session = packetId == 0 || publisher == null ? 0 : publisher.storedNumber();
    boolean isOurs = (targets >>> loop.index() & 1) != 0;
    PublishMessage kept = isOurs ? message.message(loop.index()) : message.message();
    told.published(number, kept, targets, groups, session, session == 0 ? 0 : packetId);
    if (publisher != null && session != 0) {
      publisher.receivedWithMessage(packetId);
    }
    return number;
  }

  /** All that was told comes before what another loop tells of what it is given now. */
  void handingOver() {
    SessionStore told = store;
    if (told != null) {
      told.handingOver();
    }
  }

  /**
   * A message was given to all of this loop that subscribe, or is on its way to them.
   *
   * @param number 0 = it is not stored
   */
  void handedOver(long number) {
    if (number == 0) {
      return;
    }
    int source = MessageNumber.loop(number);
    given[source] = Math.max(given[source], number);
    if (!endsTurn) {
      endsTurn = true;
      loop.atTurnEnd(this);
    }
  }

  /** A message is delivered over several turns from now on. */
  void putOff(LargeDelivery delivery) {
    if (delivery.numberOfNodes() != 0) {
      begin(delivery.numberOfNodes());
    }
  }

  /** All have got it, or those who have not do not get it any more. */
  void delivered(LargeDelivery delivery) {
    if (delivery.numberOfNodes() != 0) {
      end(delivery.numberOfNodes());
    }
    Match match = delivery.match();
    DurableTargets durable = match.durable();
    for (int i = delivery.nextGroup(); i >= 0; i = delivery.nextGroup()) {
      if (durable != null && durable.hasGroup(i)) {
        handedToGroup(delivery.number(), match.groups()[i]);
      }
    }
  }

  private void begin(long number) {
    int source = MessageNumber.loop(number);
    ArrayDeque<Long> those = waiting[source];
    if (those == null) {
      those = new ArrayDeque<>();
      waiting[source] = those;
    }
    those.add(number);
  }

  private void end(long number) {
    ArrayDeque<Long> those = waiting[MessageNumber.loop(number)];
    if (those != null) {
      those.remove(number);
    }
    handedOver(number);
  }

  /**
   * A group's part of a message is done.
   *
   * @param number 0 = it is not stored
   */
  void handedToGroup(long number, SharedGroup group) {
    SessionStore told = store;
    if (told != null && number != 0) {
      told.handedToGroup(number, group.name());
    }
  }

  /** What an earlier process did not hand over to all is with them. */
  void routedAgain(long number) {
    SessionStore told = store;
    if (told != null) {
      told.routedAgain(number);
    }
  }

  @Override
  public void endOfTurn() {
    endsTurn = false;
    tell();
  }

  private void tell() {
    for (int source = 0; source < given.length; source++) {
      ArrayDeque<Long> those = waiting[source];
      Long first = those == null ? null : those.peek();
      long upTo = first == null ? given[source] : Math.min(given[source], before(first));
      if (upTo > told[source]) {
        told[source] = upTo;
        tell(source, upTo);
      }
    }
  }

  private void tell(int source, long number) {
    SessionStore to = store;
    if (to != null) {
      to.handedOver(source, number);
    }
  }

  /** The number before, of the same loop. */
  private static long before(long number) {
    return MessageNumber.of(MessageNumber.loop(number), MessageNumber.count(number) - 1);
  }
}
