package io.nanomq.config.key;

import org.jspecify.annotations.Nullable;

/** What it takes for a changed key to apply. A row of the table of keys begins with it. */
public enum Effect {
  /** At once, for every event loop's next packet. */
  HOT,
  /** The listener is closed and opened again; connections of other listeners stay. */
  LISTENER,
  /** The HTTP API's listener moves. */
  HTTP,
  /** Only with a new process; reported as pending until then. */
  RESTART,
  /** Never: this version does not act on the key. */
  NONE;

  /** A key of both formats; its environment variable follows from its key=value name. */
  ConfKey key(
      String keyValue,
      String hocon,
      ConfType type,
      @Nullable String defaultText,
      String description) {
    return ConfKey.of(keyValue, hocon, type, defaultText, this, description);
  }

  /** One that is unset where nothing is configured. */
  ConfKey key(String keyValue, String hocon, ConfType type, String description) {
    return key(keyValue, hocon, type, null, description);
  }

  /** One that has the same name in both formats. */
  ConfKey key(String name, ConfType type, @Nullable String defaultText, String description) {
    return key(name, name, type, defaultText, description);
  }

  /** One that has the same name in both, and is unset where nothing is configured. */
  ConfKey key(String name, ConfType type, String description) {
    return key(name, name, type, null, description);
  }
}
