package io.nanomq.http;

/** A start that failed for a reason that the operator can mend; the message says all there is. */
public class StartException extends RuntimeException {
  public StartException(String message) {
    super(message);
  }
}
