package io.nanomq.control.access;

import io.nanomq.control.access.AccessException.Problem;

/** What names and passwords of people may be. */
public final class Passwords {
  /** Longer ones are not looked at when they come back. */
  static final int MAX_LENGTH = 256;

  private Passwords() {}

  /**
   * A password that somebody may have.
   *
   * @throws AccessException for another one
   */
  public static String required(String password) {
    if (password.isEmpty() || password.length() > MAX_LENGTH) {
      throw new AccessException(
          Problem.ILLEGAL, "A password has 1 to " + MAX_LENGTH + " characters");
    }
    return password;
  }

  /**
   * HTTP Basic, and lines of password files, end a name at the first colon.
   *
   * @throws AccessException where nobody can be called that
   */
  public static void requireName(String name) {
    boolean isPlain = name.chars().noneMatch(c -> c == ':' || c < ' ' || c == 0x7F);
    if (name.isBlank() || name.length() > MAX_LENGTH || !isPlain || !name.equals(name.strip())) {
      throw new AccessException(
          Problem.ILLEGAL,
          "A name has 1 to " + MAX_LENGTH + " characters, no colon and no space at its ends");
    }
  }
}
