package io.nanomq.persistence;

/** The disk fails or says nothing, and nobody waits for it any more; the message says for what. */
public final class StoreStuckException extends RuntimeException {
  public StoreStuckException(String message) {
    super(message);
  }
}
