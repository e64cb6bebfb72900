package io.nanomq.control.access;

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
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
