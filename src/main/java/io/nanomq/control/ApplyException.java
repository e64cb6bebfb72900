package io.nanomq.control;

import org.jspecify.annotations.Nullable;

/** A configuration that is right but cannot be put in force here, such as a port that is in use. */
final class ApplyException extends Exception {
  ApplyException(@Nullable Throwable cause) {
    super(message(cause), cause);
  }

  private static String message(@Nullable Throwable cause) {
    if (cause == null) {
      return "unknown";
    }
    Throwable inner = cause.getCause();
    return inner == null ? text(cause) : text(cause) + ": " + text(inner);
  }

  private static String text(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
