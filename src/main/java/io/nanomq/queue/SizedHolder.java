package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/** Who keeps something of which there is not enough for all; found by how much it is. */
@LoopConfined
public abstract class SizedHolder {
  // A session: what all that it keeps would cost if nobody else kept the same. An account: with
  // what several of them keep counted as their share.
  long heldBytes;
  // Where SizeClasses has it: a list of those that hold about as much. 0 = in none.
  int sizeClass;
  @Nullable SizedHolder nextOfClass;
  @Nullable SizedHolder previousOfClass;

  /** What it is found by, in bytes. */
  public final long heldBytes() {
    return heldBytes;
  }
}
