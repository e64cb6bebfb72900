package io.nanomq.session;

import io.nanomq.codec.ReasonCode;
import io.netty.util.internal.OutOfDirectMemoryError;
import org.jboss.logging.Logger;

/** What becomes of a session whose message failed: its log line, and the end of its socket. */
final class FailedDelivery {
  private static final Logger LOG = Logger.getLogger(FailedDelivery.class);

  private FailedDelivery() {}

  /** On the session's loop. */
  static void of(Session session, Throwable failure) {
    if (failure instanceof OutOfDirectMemoryError) {
      LOG.warnf(
          "No memory for what client %s is sent: %s", session.clientId(), failure.getMessage());
    } else {
      LOG.errorf(failure, "A message could not be delivered to client %s", session.clientId());
    }
    // That socket: another one may have taken the session over when the task runs.
    PacketWriter failing = session.owner;
    if (failing != null) {
      session.loop().eventLoop().execute(() -> failing.close(ReasonCode.UNSPECIFIED_ERROR, null));
    }
  }
}
