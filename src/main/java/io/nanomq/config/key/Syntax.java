package io.nanomq.config.key;

/** How a value was written down; numbers without a unit mean different things in each. */
public enum Syntax {
  /** NanoMQ 0.8's {@code key=value} lines; also environment, command line and the HTTP API. */
  KEY_VALUE,
  /** NanoMQ 0.14's and later. */
  HOCON
}
