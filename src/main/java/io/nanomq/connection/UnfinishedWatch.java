package io.nanomq.connection;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection that begins a packet, or a frame, and does not go on with it: it has a minute,
 * and one second more for each {@value #BYTES_PER_SECOND} bytes that have come. Links that are slow
 * pass, those that stand still do not. Looked at once a read, and made for connections only that
 * have left something unfinished.
 */
@LoopConfined
final class UnfinishedWatch extends Timeout {
  static final int GRACE_MILLIS = 60_000;
  static final int BYTES_PER_SECOND = 64;

  private final Connection connection;
  private boolean isBegun;
  private boolean isArmed;
  private long begunMillis;

  private UnfinishedWatch(Connection connection) {
    this.connection = connection;
  }

  /**
   * A read is over, and has left something unfinished or nothing.
   *
   * @param watch null as long as nothing was ever left
   */
  static @Nullable UnfinishedWatch look(@Nullable UnfinishedWatch watch, Connection connection) {
    boolean isUnfinished = connection.decoder().unfinished().bytes() > 0 && !connection.isClosed();
    UnfinishedWatch looking =
        watch == null && isUnfinished ? new UnfinishedWatch(connection) : watch;
    if (looking != null) {
      looking.look(isUnfinished);
    }
    return looking;
  }

  private void look(boolean isUnfinished) {
    if (isUnfinished && !isBegun) {
      begunMillis = connection.loop().nowMillis();
    }
    isBegun = isUnfinished;
    if (isUnfinished && !isArmed) {
      arm(begunMillis + GRACE_MILLIS);
    }
  }

  /** The connection ends, or leaves its loop. */
  static void stop(@Nullable UnfinishedWatch watch) {
    if (watch != null) {
      watch.isArmed = false;
      watch.connection.loop().timer().cancel(watch);
    }
  }

  private void arm(long atMillis) {
    isArmed = true;
    connection.loop().timer().arm(this, atMillis);
  }

  @Override
  protected void expired() {
    isArmed = false;
    if (!isBegun) {
      return;
    }
    long now = connection.loop().nowMillis();
    if (connection.gate().isShut()) {
      begunMillis = now; // It is not the client that it waits for.
    }
    // What has been whole since then was not this packet.
    long begun = Math.max(begunMillis, connection.lastPacketMillis());
    long extra = connection.decoder().unfinished().bytes() * 1000L / BYTES_PER_SECOND;
    long deadline = begun + GRACE_MILLIS + extra;
    if (deadline > now) {
      arm(deadline);
    } else {
      connection.loop().counters().drop(DropReason.UNFINISHED);
      connection.close(
          ReasonCode.QUOTA_EXCEEDED, "a packet that has begun was not finished in time");
    }
  }
}
