package io.nanomq.persistence.journal;

/** Another version wrote the records. */
final class UnknownFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownFormatException(String message) {
    super(message);
  }
}
