package io.nanomq.loop;

import org.jspecify.annotations.Nullable;

/** Something that happens later on its loop; cheap to arm, to move and to cancel. */
@LoopConfined
public abstract class Timeout {
  @Nullable Timeout previous;
  @Nullable Timeout next;
  long deadlineMillis;
  int slot = -1;

  /** One that does this each time that it expires. */
  public static Timeout of(Runnable action) {
    return new Timeout() {
      @Override
      protected void expired() {
        action.run();
      }
    };
  }

  /** Called once on the loop at, or up to one tick after, the deadline. It may be armed again. */
  protected abstract void expired();

  /** When it expires, on the clock of the loops, while it is armed. */
  public final long deadlineMillis() {
    return deadlineMillis;
  }

  public final boolean isArmed() {
    return slot >= 0;
  }
}
