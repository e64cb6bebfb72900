package io.nanomq.config.store;

import java.io.IOException;

/** Somebody else has changed the document since it was read; read it again and try anew. */
public final class ConfConflictException extends IOException {
  public ConfConflictException(String message) {
    super(message);
  }
}
