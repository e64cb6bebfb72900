package io.nanomq.transfer;

import java.io.IOException;

/** An export or an import ended before its end; the message says why. */
public final class TransferException extends IOException {
  public TransferException(String message) {
    super(message);
  }
}
