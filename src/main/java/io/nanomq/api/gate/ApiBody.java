package io.nanomq.api.gate;

import io.nanomq.http.HttpConnections;
import io.nanomq.http.VertxInternals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request before any resource sees it, up to a limit. The framework's own
 * limit answers without a body of ours, and for a request that does not say how long it is, only
 * after it has begun to work on it. Confined to the request's event loop.
 */
final class ApiBody {
  private final RoutingContext context;
  private final long maxBytes;
  private final Runnable refuse;
  private final Runnable then;
  private final Buffer read = Buffer.buffer();
  private boolean refused;

  /**
   * @param refuse answers a request whose body is too long; the rest of it is thrown away
   * @param then called once the body is there
   */
  ApiBody(RoutingContext context, long maxBytes, Runnable refuse, Runnable then) {
    this.context = context;
    this.maxBytes = maxBytes;
    this.refuse = refuse;
    this.then = then;
  }

  /** Whether there may be a body to read: always but for a GET that does not speak of one. */
  static boolean isIn(HttpServerRequest request) {
    return !request.method().equals(HttpMethod.GET)
        || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Goes on once the body is there. */
  void read() {
    HttpServerRequest request = context.request();
    request.handler(this::add);
    request.endHandler(end -> goOn());
    if (isTooLong(request.getHeader(HttpHeaders.CONTENT_LENGTH))) {
      refuse();
    } else {
      askFor(request);
    }
    request.resume();
  }

  /** Whoever reads it takes it as it comes, however long it is and however long that takes. */
  static void leaveToResource(HttpServerRequest request) {
    HttpConnections.withoutDeadline(request.connection());
    // The framework has a limit of its own.
    request.headers().remove(HttpHeaders.CONTENT_LENGTH);
    askFor(request);
  }

  // The framework would do so too, but it comes after the body that waits for it.
  private static void askFor(HttpServerRequest request) {
    String expectation = request.getHeader(HttpHeaders.EXPECT);
    if (expectation != null && expectation.equalsIgnoreCase("100-continue")) {
      request.headers().remove(HttpHeaders.EXPECT);
      request.response().writeContinue();
    }
  }

  private void add(Buffer chunk) {
    if (!refused && read.length() + (long) chunk.length() > maxBytes) {
      refuse();
    }
    if (!refused) {
      read.appendBuffer(chunk);
    }
  }

  private void refuse() {
    refused = true;
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    refuse.run();
  }

  private void goOn() {
    if (!refused) {
      VertxInternals.setBody(context, read);
      then.run();
    }
  }

  private boolean isTooLong(@Nullable String contentLength) {
    try {
      return contentLength != null && Long.parseLong(contentLength) > maxBytes;
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
