package io.nanomq.connection;

import io.nanomq.limit.TokenBucket;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.Timeout;

/** How fast one client gets messages: what is more waits in its session's queue. */
@LoopConfined
final class DeliveryRate extends Timeout {
  private final Connection connection;
  private final long perSecond;
  private final TokenBucket messages = new TokenBucket();

  DeliveryRate(Connection connection, long perSecond) {
    this.connection = connection;
    this.perSecond = perSecond;
  }

  /** Whether the client may get another one now. */
  boolean hasRoom() {
    return !isArmed();
  }

  /** It gets one. */
  void count() {
    long now = connection.loop().nowMillis();
    long wait = messages.take(1, perSecond, now);
    if (wait > 0) {
      connection.loop().timer().arm(this, now + wait);
    }
  }

  @Override
  protected void expired() {
    connection.writabilityChanged(true);
  }
}
