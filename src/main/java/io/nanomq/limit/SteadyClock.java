package io.nanomq.limit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock for how long something takes or lasts: the time of day may be set, this one goes on
 * evenly. It begins with 1970 when it is made, so what it says means nothing to anybody else.
 */
public final class SteadyClock extends Clock {
  private final long began = System.nanoTime();

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(System.nanoTime() - began);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
