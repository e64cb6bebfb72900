package io.nanomq.control.backup;

import java.io.IOException;

/** There is no backup, or no such one; the message says why. */
public final class BackupException extends IOException {
  /** What hinders it. */
  public enum Problem {
    /** Another one is being made. */
    BUSY,
    /** Nothing is kept on disk. */
    NOTHING_KEPT,
    /** There is none of that name. */
    UNKNOWN,
    /** It is not as it was written. */
    DAMAGED,
    /** The disk, or another process. */
    FAILED
  }

  private final Problem problem;

  public BackupException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
