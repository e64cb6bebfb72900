package io.nanomq.journal;

/** Has a journal that was not started write what waits, when a test wants it. */
public final class JournalDriver {
  private JournalDriver() {}

  public static void writeOnce(Journal journal) {
    journal.writeOnce();
  }

  /** Has it write an image where all is safe, as while nobody waits for it. */
  public static void keepImage(Journal journal) {
    journal.keepImage(true);
  }
}
