package io.nanomq.connection;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.Timeout;
import org.jspecify.annotations.Nullable;

/** Ends a connection when who it is has to be shown anew and was not. */
@LoopConfined
final class IdentityWatch extends Timeout {
  /** The wall clock may be set: it is looked at again after so long. */
  private static final long MAX_WAIT_MILLIS = 60_000;

  private final Connection connection;

  private IdentityWatch(Connection connection) {
    this.connection = connection;
  }

  /** Watches who has an end; a connection that has not costs nothing. */
  static @Nullable IdentityWatch watch(Connection connection) {
    if (connection.session().identity().untilMillis() == ClientIdentity.FOREVER) {
      return null;
    }
    var watch = new IdentityWatch(connection);
    watch.expired();
    return watch;
  }

  @Override
  protected void expired() {
    ClientIdentity identity = connection.session().identity();
    long left = connection.context().authenticator().millisLeft(identity);
    if (left <= 0) {
      connection.close(ReasonCode.NOT_AUTHORIZED, "what it was let in by is over");
    } else {
      long wait = Math.min(left, MAX_WAIT_MILLIS);
      connection.loop().timer().arm(this, connection.loop().nowMillis() + wait);
    }
  }
}
