package io.nanomq.journal;

/** Has a journal that was not started write what waits, when a test wants it. */
public final class JournalDriver {
  private JournalDriver() {}

  public static void writeOnce(Journal journal) {
    journal.writeOnce();
  }
}
