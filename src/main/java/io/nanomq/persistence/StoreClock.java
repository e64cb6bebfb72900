package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import java.util.function.LongSupplier;

/**
 * What is stored expires by the time of day, which goes on while no process runs; loops have a
 * clock that never goes back and begins anew with each process.
 *
 * @param wallMillis milliseconds since 1970
 * @param loopMillis the clock of the loops
 */
public record StoreClock(LongSupplier wallMillis, LongSupplier loopMillis) {

  /** A moment on the clock of the loops as time of day; {@link PublishMessage#NEVER} stays. */
  public long toWall(long loopTime) {
    return loopTime == PublishMessage.NEVER
        ? loopTime
        : wallMillis.getAsLong() + (loopTime - loopMillis.getAsLong());
  }

  /** A time of day on the clock of the loops; {@link PublishMessage#NEVER} stays. */
  public long toLoop(long wallTime) {
    return wallTime == PublishMessage.NEVER
        ? wallTime
        : loopMillis.getAsLong() + (wallTime - wallMillis.getAsLong());
  }
}
