package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;

/**
 * What waits in a session for another user than the one that has it now, who may not be allowed to
 * read it.
 */
@LoopConfined
final class PreviousUserMessages {
  private final Session session;
  private final long below;

  /**
   * @param below all lower sequence numbers are of messages that the user before has subscribed to
   */
  PreviousUserMessages(Session session, long below) {
    this.session = session;
    this.below = below;
  }

  /** Whether a message is not for who has the session now. */
  boolean withholds(Delivery delivery, PublishMessage message) {
    return delivery.qos > 0
        && delivery.sequence < below
        && !session.access().mayInherit(message.topic());
  }
}
