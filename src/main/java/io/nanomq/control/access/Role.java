package io.nanomq.control.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do with the API. Each may do what those before it may. */
public enum Role {
  /** Reads. */
  VIEWER,
  /** Acts on clients, sessions and messages. */
  OPERATOR,
  /** Configures, and says who may do what. */
  ADMIN;

  /** As documents, requests and tokens have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
