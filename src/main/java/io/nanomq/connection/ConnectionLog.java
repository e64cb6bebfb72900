package io.nanomq.connection;

import io.nanomq.codec.ReasonCode;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Lines about one connection. Where the log is JSON, client, user, address, listener and reason are
 * members of their own.
 */
final class ConnectionLog {
  private static final String CLIENT = "clientid";
  private static final String USER = "username";
  private static final String PEER = "peer";
  private static final String LISTENER = "listener";
  private static final String REASON = "reason";
  private static final List<String> ALL = List.of(CLIENT, USER, PEER, LISTENER, REASON);

  private ConnectionLog() {}

  /** Costs a look at the level where nobody reads it. */
  static void debug(
      Logger log, String what, Connection connection, ReasonCode reason, @Nullable String message) {
    if (log.isDebugEnabled()) {
      about(
          connection,
          reason.name(),
          () -> log.debugf("%s %s: %s, %s", what, connection.name(), reason, message));
    }
  }

  /** Logs with what is known of a connection beside. */
  static void about(Connection connection, String reason, Runnable line) {
    MDC.put(PEER, PeerAddress.text(connection.channel()));
    MDC.put(LISTENER, connection.listener().get());
    MDC.put(REASON, reason);
    if (connection.isConnected()) {
      String user = connection.session().connect().username();
      MDC.put(CLIENT, connection.session().clientId());
      MDC.put(USER, user == null ? "" : user);
    }
    try {
      line.run();
    } finally {
      ALL.forEach(MDC::remove);
    }
  }
}
