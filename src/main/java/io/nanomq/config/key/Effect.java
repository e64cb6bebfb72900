package io.nanomq.config.key;

/** What it takes for a changed key to apply. */
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
  NONE
}
