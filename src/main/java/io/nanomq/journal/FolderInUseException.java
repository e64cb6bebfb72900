package io.nanomq.journal;

/** Another broker has the folder. */
public final class FolderInUseException extends JournalException {
  private static final long serialVersionUID = 1L;

  FolderInUseException(String message) {
    super(message);
  }
}
