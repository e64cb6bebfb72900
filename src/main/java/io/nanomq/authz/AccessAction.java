package io.nanomq.authz;

import java.util.Locale;

/** What a client wants to do with a topic. */
public enum AccessAction {
  PUBLISH,
  SUBSCRIBE;

  /** As rules spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
