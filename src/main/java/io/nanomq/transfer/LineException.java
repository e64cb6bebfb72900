package io.nanomq.transfer;

/** A line is not one of an export, or no broker would take what it says; the message says why. */
final class LineException extends Exception {
  LineException(String message) {
    super(message);
  }
}
