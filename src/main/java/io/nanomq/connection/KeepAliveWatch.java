package io.nanomq.connection;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.Timeout;

/** Ends a connection when CONNECT, or anything within the keep alive, does not come in time. */
@LoopConfined
final class KeepAliveWatch extends Timeout {
  private static final int LOOK_AGAIN_MILLIS = 1_000;

  private final Connection connection;

  /**
   * How long the client may be silent: its keep alive, {@code keepalive_multiplier} times; 0 = off.
   */
  long keepAliveMillis;

  KeepAliveWatch(Connection connection) {
    this.connection = connection;
  }

  @Override
  protected void expired() {
    if (!connection.isConnected()) {
      connection.terminate(false, ReasonCode.UNSPECIFIED_ERROR.code());
      return;
    }
    long now = connection.loop().nowMillis();
    long deadline = connection.lastPacketMillis() + keepAliveMillis;
    if (connection.gate().isHeldUp() || deadline > now) {
      connection.loop().timer().arm(this, Math.max(deadline, now + LOOK_AGAIN_MILLIS));
    } else {
      connection.close(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing received within the keep alive");
    }
  }
}
