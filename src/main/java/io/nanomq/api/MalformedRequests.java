package io.nanomq.api;

import io.nanomq.control.HttpDoor;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no HTTP request with the API's error body, before credentials are looked at:
 * where a request is not understood there are none.
 */
@Singleton
public class MalformedRequests implements HttpDoor {

  @Override
  public void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    ApiError error = ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, message(cause));
    var body = new JsonObject().put("code", error.code()).put("message", error.message());
    request
        .response()
        .setStatusCode(status(cause))
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(body.toBuffer())
        .onComplete(sent -> request.connection().close());
  }

  static int status(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return 414;
    }
    return cause instanceof TooLongHttpHeaderException ? 431 : 400;
  }

  private static String message(@Nullable Throwable cause) {
    return switch (status(cause)) {
      case 414 -> "The request line is too long";
      case 431 -> "The headers are too long";
      default ->
          "Not an HTTP request that can be answered: "
              + AuditLog.printable(cause == null ? "" : String.valueOf(cause.getMessage()));
    };
  }
}
