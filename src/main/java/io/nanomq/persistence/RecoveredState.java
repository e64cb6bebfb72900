package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an earlier process left, as it is to go on. Each part is gone through once, in the order of
 * the components, but retained messages at any time; a store may read it meanwhile. A message that
 * stands at several places is one object. What has expired is among it: whoever restores lets it
 * expire.
 *
 * @param sessions in no order; of one client identifier there may be several, of which the highest
 *     number is the client's and the others have ended
 * @param retained retained messages in no order, one a topic, with the client that published them
 * @param undelivered in the order of their numbers
 * @param lastSession highest number of a session that was ever told, 0 = none
 * @param lastMessage highest {@link MessageNumber#count} that was ever told, 0 = none
 * @param lastVersion highest version of a retained message that was ever told, 0 = none
 */
public record RecoveredState(
    Iterable<RecoveredSession> sessions,
    Retained retained,
    Iterable<UndeliveredMessage> undelivered,
    long lastSession,
    long lastMessage,
    long lastVersion) {

  /**
   * Retained messages, which are read as they are gone through, once. What becomes of them
   * meanwhile changes nothing about it.
   */
  public interface Retained extends AutoCloseable {
    /**
     * Goes through them, on the thread that calls.
     *
     * @throws java.io.UncheckedIOException where they cannot be read
     */
    void forEach(Consumer<PublishMessage> to);

    /** What they stand in is not needed any more. */
    @Override
    default void close() {}
  }

  /** Nothing. */
  public static final RecoveredState EMPTY =
      new RecoveredState(List.of(), to -> {}, List.of(), 0, 0, 0);
}
