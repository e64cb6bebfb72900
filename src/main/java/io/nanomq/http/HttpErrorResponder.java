package io.nanomq.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * Answers for the API what never becomes a request of it. Implemented by {@code api}, which this
 * package must not know.
 */
public interface HttpErrorResponder {

  /** Answers what came in as a request but is none, by its decoder result, and closes. */
  void malformed(HttpServerRequest request);

  /** The body of an answer to what broke off before it was a request. */
  byte[] error(String message);
}
