package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at messages as they are published, on whichever loop that is, without subscribing:
 * webhooks, rules. It stands in the topic tree, so what its filter does not match costs nothing.
 */
public interface Tap {
  /**
   * A message was published; on the loop of its publisher, ahead of those who get it. Neither waits
   * nor throws.
   *
   * @param loopIndex the calling loop
   * @param message valid during the call; {@link OutgoingPublish#message()} may be kept
   * @param publisher the session that sent it, null = the broker itself
   */
  void published(int loopIndex, OutgoingPublish message, @Nullable Recipient publisher);

  /** Whether it wants a message once however many of its filters match; else once for each. */
  default boolean isShownOnce() {
    return false;
  }
}
