package io.nanomq.api;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

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

  /** Writes the line; after the answer was begun. */
  static void write(HttpServerRequest request, @Nullable String authorization, int status) {
    LOG.infof(
        "%s %s by %s from %s: %d",
        request.method().name(),
        printable(request.uri()),
        user(authorization),
        address(request),
        status);
  }

  /** The address that the request came from, without a port. */
  static String address(HttpServerRequest request) {
    var address = request.remoteAddress();
    return address == null ? "unknown" : String.valueOf(address.hostAddress());
  }

  /** The name in Basic credentials that were accepted; a token is told as such. */
  static String user(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith("Basic ")) {
      return "token";
    }
    byte[] pair = Base64.getDecoder().decode(authorization.substring(6).strip());
    String text = new String(pair, StandardCharsets.UTF_8);
    return printable(text.substring(0, Math.max(0, text.indexOf(':'))));
  }

  /** What cannot be printed would let a caller write lines of its own. */
  static String printable(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
