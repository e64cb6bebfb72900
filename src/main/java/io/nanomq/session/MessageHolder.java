package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/** Who keeps messages: {@link HeldMessages} knows how much, and who has most. */
@LoopConfined
abstract class MessageHolder {
  // What all that it keeps would cost if nobody else kept the same.
  long heldBytes;
  // Where HeldMessages has it: a list of those that hold about as much. 0 = in none.
  int sizeClass;
  @Nullable MessageHolder nextOfClass;
  @Nullable MessageHolder previousOfClass;

  /**
   * Gives up one message, the newest of those that it has not sent where there is any.
   *
   * @return whether it had one
   */
  abstract boolean shed();

  /**
   * Drops the messages of its queue whose time is over.
   *
   * @return how many it has looked at
   */
  abstract int dropExpired();
}
