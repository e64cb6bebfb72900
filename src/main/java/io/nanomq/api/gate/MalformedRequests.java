package io.nanomq.api.gate;

import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ResultCode;
import io.nanomq.http.HttpErrorResponder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no HTTP request with the API's error body, before credentials are looked at:
 * where a request is not understood there are none.
 */
@Singleton
public class MalformedRequests implements HttpErrorResponder {

  @Override
  public void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    request
        .response()
        .setStatusCode(status(cause))
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(Buffer.buffer(error(message(cause))))
        .onComplete(sent -> request.connection().close());
  }

  @Override
  public byte[] error(String message) {
    return ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, message).bytes();
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
