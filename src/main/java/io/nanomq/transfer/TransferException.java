package io.nanomq.transfer;

import java.io.IOException;

/** An export or an import ended before its end; the message says why. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  public TransferException(String message) {
    super(message);
  }
}
