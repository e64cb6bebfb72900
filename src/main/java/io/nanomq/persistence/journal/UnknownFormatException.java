package io.nanomq.persistence.journal;

/** Another version wrote the records. */
final class UnknownFormatException extends RuntimeException {
  UnknownFormatException(String message) {
    super(message);
  }
}
