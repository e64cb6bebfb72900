package io.nanomq.api.gate;

import io.nanomq.http.HttpConnections;
import io.nanomq.http.VertxInternals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request before any resource sees it, up to a limit. The framework's own
 * limit answers without a body of ours, and for a request that does not say how long it is, only
 * after it has begun to work on it. Confined to the request's event loop.
 */
final class ApiBody {
  private static final String CONTINUE = "100-continue";

  private final RoutingContext context;
  private final long maxBytes;
  private final BodyMemory memory;
  private final BodyMemory.Share share;
  private final boolean isKept;
  private final Consumer<Refusal> refuse;
  private final Runnable then;
  private final Buffer read = Buffer.buffer();
  private long length;
  private boolean refused;

  /** Why a body is not taken. */
  enum Refusal {
    TOO_LONG,
    /** It has so many values that it would not fit into memory. */
    TOO_MANY_VALUES,
    /** Others take the room now. */
    NO_ROOM
  }

  /**
   * @param refuse answers a request whose body is not taken; the rest of it is thrown away
   * @param then called once the body is there
   */
  ApiBody(
      RoutingContext context,
      long maxBytes,
      BodyMemory memory,
      Consumer<Refusal> refuse,
      Runnable then) {
    this.context = context;
    this.maxBytes = maxBytes;
    this.memory = memory;
    this.share = memory.share();
    this.isKept = !isGet(context.request());
    this.refuse = refuse;
    this.then = then;
  }

  private static boolean isGet(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  /** Whether there may be a body to read: always but for a GET that does not speak of one. */
  static boolean isIn(HttpServerRequest request) {
    return !isGet(request)
        || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Whether it says that its body is packed: nothing here unpacks it [RFC 9110, 8.4]. */
  static boolean isEncoded(HttpServerRequest request) {
    return request.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
        .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
  }

  /** Whether the caller counts on what nobody here does [RFC 9110, 10.1.1]. */
  static boolean expectsMore(HttpServerRequest request) {
    return request.version() != HttpVersion.HTTP_1_0
        && request.headers().getAll(HttpHeaders.EXPECT).stream()
            .anyMatch(expected -> !expected.equalsIgnoreCase(CONTINUE));
  }

  /** Goes on once the body is there. */
  void read() {
    HttpServerRequest request = context.request();
    request.handler(this::add);
    request.endHandler(end -> goOn());
    context.addEndHandler(end -> share.give());
    if (isTooLong(request.getHeader(HttpHeaders.CONTENT_LENGTH))) {
      refuse(Refusal.TOO_LONG);
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
    boolean isAwaited = request.headers().contains(HttpHeaders.EXPECT);
    request.headers().remove(HttpHeaders.EXPECT);
    if (isAwaited && request.version() != HttpVersion.HTTP_1_0) {
      request.response().writeContinue();
    }
  }

  private void add(Buffer chunk) {
    length += chunk.length();
    if (!refused && length > maxBytes) {
      refuse(Refusal.TOO_LONG);
    }
    // Nobody reads what comes with a GET.
    if (!refused && isKept && holds(length)) {
      read.appendBuffer(chunk);
    }
  }

  private boolean holds(long bytes) {
    if (!share.grow(bytes)) {
      refuse(memory.canHold(bytes) ? Refusal.NO_ROOM : Refusal.TOO_MANY_VALUES);
    }
    return !refused;
  }

  private void refuse(Refusal why) {
    refused = true;
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    refuse.accept(why);
  }

  private void goOn() {
    if (!refused && holds(BodyMemory.cost(read))) {
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
