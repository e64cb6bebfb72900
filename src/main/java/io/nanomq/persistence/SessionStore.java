package io.nanomq.persistence;

import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.function.Consumer;

/**
 * What one loop tells of durable sessions (Session Expiry Interval above 0), MQTT 5.0 section 4.1,
 * of the messages for them, and of retained messages. Calls come from that loop only and return at
 * once; a store on disk gathers them and writes batches. In which order they become safe is said at
 * {@link SessionStores}.
 *
 * <p>Sessions are known by a number that is above 0 and never used again. A message that durable
 * sessions may get has a number as well ({@link MessageNumber}), told by {@link #published}. It is
 * needed until all its targets have handed it over and every session that it was queued for has
 * settled it.
 *
 * <p>Nothing is acknowledged to a client before {@link #afterCommit} has called back: CONNACK,
 * SUBACK, UNSUBACK, PUBACK, PUBREC, PUBREL and PUBCOMP all pass through it, and a QoS 2 PUBLISH to
 * a durable session.
 */
public interface SessionStore {
  /**
   * What a store on disk keeps in memory for each packet identifier that was received, in bytes:
   * that, and where it stands.
   */
  int RECEIVED_BYTES = Character.BYTES + Integer.BYTES;

  /** The same for each session: a record, its places, two maps that are nearly empty. */
  int SESSION_BYTES = 360;

  /** The same for each subscription, without its filter. */
  int SUBSCRIPTION_BYTES = 32 + HeapBytes.MAP_ENTRY;

  /** Who waits for a commit. */
  interface Listener {
    /**
     * All that this loop told the store before is safe. Called on that loop.
     *
     * @param token as given to {@link #afterCommit}
     */
    void committed(long token);
  }

  /** Whether anything of what it is told outlives the process, so that it pays to tell it. */
  default boolean isLasting() {
    return true;
  }

  /**
   * Calls back once everything that this loop told the store so far is safe; within the call where
   * it is and nobody waits. Call-backs come in the order of the calls.
   *
   * @param token passed back; spares an object for each acknowledgement
   */
  void afterCommit(Listener listener, long token);

  /**
   * Whether nothing more should be told that a client can be refused (0x97): there is no room, or
   * the disk fails; what makes room is still welcome.
   */
  boolean isFull();

  /**
   * Whether that is so for a message that {@link #published} is about, or that is {@link #queued}:
   * it takes memory, too, to know where what waits for sessions stands. That may be used up while
   * there is room for new sessions, subscriptions, and what is retained.
   */
  default boolean isFullOfMessages() {
    return isFull();
  }

  /** Whether it is full because the disk fails, or says nothing: nobody knows for how long. */
  default boolean isFailing() {
    return false;
  }

  /**
   * Whether a queue should get no longer, since the store gets full and queues of one account, a
   * user or an address, take more than a quarter of it: the rest is for others. At three quarters
   * that is so for queues that are long, at seven eighths for all of that account.
   *
   * @param bytes that wait for its sessions on this loop, those in the store only as if each
   *     message were kept for each of them
   * @param messages that wait for these
   * @param own bytes of that queue that are in the store only
   */
  default boolean isBeyondShare(long bytes, long messages, long own) {
    return false;
  }

  /**
   * Whether seven eighths of that memory are taken: the rest is for queues that are short, as of
   * those who are there and take what comes.
   */
  default boolean isNearlyFullOfMessages() {
    return false;
  }

  /** How often it was told anything: where that is the same, nothing has to be waited for. */
  default long told() {
    return 0;
  }

  /**
   * Whether so much of what was told waits for the disk that who brings more should wait for it.
   */
  default boolean isBehind() {
    return isBehind(0);
  }

  /**
   * The same for who brings so many bytes at once: who brings many waits sooner, so that others do
   * not wait for long.
   */
  default boolean isBehind(int bytes) {
    return false;
  }

  /** Whether so many wait for a commit that whoever would be one more should wait as well. */
  default boolean isCrowded() {
    return false;
  }

  /** Whether who brings more should wait for the disk; where that fails it is not waited for. */
  default boolean mustCatchUp() {
    return mustCatchUp(0);
  }

  /** The same for who brings so many bytes at once. */
  default boolean mustCatchUp(int bytes) {
    return (isBehind(bytes) || isCrowded()) && !isFull();
  }

  /**
   * Other loops are about to know what this one has told: it stands before whatever they tell of
   * it. Called before messages are handed over, most often as the turn ends.
   */
  void handingOver();

  /**
   * Has that done each time ahead of what makes all that was told a batch of its own: it tells what
   * belongs to that.
   */
  default void beforeWriting(Runnable work) {}

  // ---- sessions

  /**
   * A durable session began, or was resumed: somebody is connected. Takes the place of what was
   * told of that session before, but for its subscriptions and messages. One that expires with its
   * connection (0) is told where it has a will that somebody may get after a start.
   */
  void sessionKept(long session, SessionRecord record);

  /**
   * Its connection is gone: from now on it expires, and a will that was not settled is delayed.
   *
   * @param expirySeconds Session Expiry Interval, which a DISCONNECT may have changed
   */
  void sessionLeft(long session, long expirySeconds);

  /** Its will was published or discarded. */
  void willSettled(long session);

  /**
   * It has ended, but some of its messages are still to be given to other members of shared groups;
   * {@link #sessionEnded} follows. Nobody resumes it.
   */
  void sessionEnding(long session);

  /** A durable session ended: nothing of it is needed any more. */
  void sessionEnded(long session);

  /** It has that subscription, in place of one of the same filter. */
  void subscribed(long session, Subscription subscription);

  void unsubscribed(long session, String filter);

  // ---- messages

  /**
   * A message was published that durable sessions may get. Its acknowledgement waits for this and
   * for nothing that its targets tell.
   *
   * @param number above those of all messages that this loop published before
   * @param message as published; its expiry is on the clock of the loops
   * @param targets bit i is set where loop i, this one among them, is going to queue it and then
   *     tell {@link #handedOver}
   * @param groups the shared groups that it goes to a member of, each to be told by {@link
   *     #handedToGroup}; empty = none
   * @param session whose QoS 2 message it is, received by this very record as by {@link #received};
   *     0 = it is of QoS 1, or of a session that is not durable, or the broker's own
   * @param packetId packet identifier of that QoS 2 message
   */
  void published(
      long number,
      PublishMessage message,
      long targets,
      GroupName[] groups,
      long session,
      int packetId);

  /**
   * This loop has queued all that {@code source} published with this loop as a target, up to a
   * number. Those above it may be queued in part: recovery gives them once more to those sessions
   * that have not had them.
   *
   * @param source the loop that published, by index
   * @param number {@link MessageNumber} of the last one
   */
  void handedOver(int source, long number);

  /**
   * That group's part of a message is done: a member has it, told before by {@link #queued} where
   * the member is durable, else it has acknowledged it; or nobody gets it.
   */
  void handedToGroup(long number, GroupName group);

  /** What was recovered as not handed over has been routed again: it has no targets any more. */
  void routedAgain(long number);

  /**
   * A message waits for, or is on its way to, a durable session.
   *
   * @param sequence unique in the session, growing: messages are restored in this order
   * @param number of the message as it was published; 0 = it was not, and is kept with this record:
   *     a retained message
   * @param delivery how it is to be delivered
   */
  void queued(
      long session, long sequence, long number, PublishMessage message, DeliveryOptions delivery);

  /**
   * The message of that sequence goes out for the first time: from now on it is repeated with this
   * packet identifier [MQTT-4.4.0-1].
   */
  void sent(long session, long sequence, int packetId);

  /** PUBREC has come for that sequence: only PUBREL is repeated from now on [MQTT-4.3.3-4]. */
  void taken(long session, long sequence);

  /** The message of that sequence was acknowledged, or dropped. */
  void settled(long session, long sequence);

  /** A QoS 2 packet identifier was received and not yet released [MQTT-4.3.3-10]. */
  void received(long session, int packetId);

  void released(long session, int packetId);

  /** Whether what it was told can be read again, so that not all that waits needs to be kept. */
  default boolean hasPages() {
    return false;
  }

  /**
   * Reads what waits for a session, or is in flight to it. Never within this call, and never on the
   * loop, which is only called back.
   *
   * @param from sequence of the first one, if that is not settled
   * @param times so many times as large as usual the page may be
   */
  default void read(long session, long from, int times, Consumer<MessagePage> then) {
    throw new UnsupportedOperationException("it keeps nothing");
  }

  // ---- retained messages

  /**
   * A topic's retained message is this one now. Loops may tell of one topic in another order than
   * they stored: the highest version is the one that holds.
   *
   * @param message with {@link PublishMessage#publisher}
   * @param version grows with each change of retained messages, over all loops
   */
  void retained(PublishMessage message, long version);

  /** A topic has no retained message any more. */
  void unretained(String topic, long version);
}
