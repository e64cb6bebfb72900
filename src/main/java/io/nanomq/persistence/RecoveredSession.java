package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A durable session of an earlier process.
 *
 * @param record as told last; its will is null where that was settled
 * @param leftAtWallMillis when its connection went, in milliseconds since 1970; {@link #CONNECTED}
 *     = it was connected to the end
 * @param ending whether it has ended, and only messages of shared groups are to be given to others
 * @param subscriptions one a filter
 * @param messages those that were sent, in the order of their sequences, without the messages
 *     themselves; of a bridge, all, with them
 * @param waiting those behind them, which are read when they are needed
 * @param unreleased packet identifiers of QoS 2 messages received from the client
 * @param lastSequence highest sequence that was ever told, -1 = none
 */
@SuppressWarnings("ArrayRecordComponent")
public record RecoveredSession(
    long number,
    SessionRecord record,
    long leftAtWallMillis,
    boolean ending,
    List<Subscription> subscriptions,
    Iterable<Message> messages,
    Waiting waiting,
    int[] unreleased,
    long lastSequence) {

  /** {@link #leftAtWallMillis} of a session that was connected when the process ended. */
  public static final long CONNECTED = Long.MAX_VALUE;

  /** Whether it has ended with its connection, and nothing is left but a will. */
  public boolean isWillOnly() {
    return record.expirySeconds() == 0
        && waiting == Waiting.NONE
        && !ending
        && !messages.iterator().hasNext();
  }

  /** One that begins with nothing else, and that the store does not know. */
  public static RecoveredSession of(SessionRecord record) {
    return new RecoveredSession(
        0, record, CONNECTED, false, List.of(), List.of(), Waiting.NONE, new int[0], -1);
  }

  /**
   * Messages that were never sent, and stand in the store only.
   *
   * @param first sequence of the first one, or one below it
   * @param bytes what all of them take, about
   * @param shared whether shared subscriptions brought some of them
   */
  public record Waiting(long first, int count, long bytes, boolean shared) {
    public static final Waiting NONE = new Waiting(0, 0, 0, false);
  }

  /**
   * A message for the session that was not settled.
   *
   * @param number of the message as it was published, 0 = none
   * @param message null where only its PUBREL is to be repeated, or the store is to be asked for it
   * @param packetId 0 = it was never sent
   * @param taken whether PUBREC has come
   */
  public record Message(
      long sequence,
      long number,
      @Nullable PublishMessage message,
      DeliveryOptions delivery,
      int packetId,
      boolean taken) {
    /** The same, delivered in that way. */
    public Message with(DeliveryOptions how) {
      return new Message(sequence, number, message, how, packetId, taken);
    }
  }
}
