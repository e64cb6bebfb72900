package io.nanomq.journal;

import java.io.IOException;

/** The journal cannot be opened; the message says what to do. */
public class JournalException extends IOException {
  public JournalException(String message) {
    super(message);
  }

  static JournalException corrupt(String file, long offset, String what) {
    return new JournalException(
        ("%s is damaged at byte %d: %s. What was stored behind it cannot be trusted. Restore the"
                + " folder from a copy, or have nanomq repair keep what is whole (it leaves a copy"
                + " of all), or move the folder away to start with nothing")
            .formatted(file, offset, what));
  }
}
