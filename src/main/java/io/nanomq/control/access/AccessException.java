package io.nanomq.control.access;

/** Something about users and keys that cannot be done as asked. */
public final class AccessException extends RuntimeException {
  private final Problem problem;

  /** What is wrong. */
  public enum Problem {
    /** There is no such user or key. */
    UNKNOWN,
    /** There is one already. */
    EXISTS,
    /** The administrator of the configuration is changed there. */
    ADMINISTRATOR,
    /** The old password is another one. */
    OLD_PASSWORD,
    /** A name, password or time that nobody can have, or one more than there may be. */
    ILLEGAL
  }

  public AccessException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
