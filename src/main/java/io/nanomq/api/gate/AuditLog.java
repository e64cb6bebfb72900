package io.nanomq.api.gate;

import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;

/**
 * One line for each request that may change something, in category {@code io.nanomq.audit}: who,
 * what, from where, and what came of it. The body is not told: it may hold secrets.
 */
final class AuditLog {
  private static final Logger LOG = Logger.getLogger("io.nanomq.audit");
  private static final int MAX_TEXT = 256;

  private AuditLog() {}

  /** Whether a request of that method is written down. */
  static boolean covers(String method) {
    return !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
  }

  /**
   * Writes the line; after the answer was begun.
   *
   * @param who user of a password or subject of a token
   * @param address where the request came from
   */
  static void write(HttpServerRequest request, String who, String address, int status) {
    LOG.infof(
        "%s %s by %s from %s: %d",
        request.method().name(), printable(request.uri()), printable(who), address, status);
  }

  /** What cannot be printed would let a caller write lines of its own. */
  static String printable(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
