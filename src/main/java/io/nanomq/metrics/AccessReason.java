package io.nanomq.metrics;

/** By what it was decided whether a client may publish or subscribe: counters for each. */
public enum AccessReason {
  /** There are no rules. */
  NO_RULES,
  /** A superuser may do everything. */
  SUPERUSER,
  /** A rule. */
  RULE,
  /** No rule was about it: {@code no_match} says what happens then. */
  NO_MATCH,
  /** Only the broker itself publishes below {@code $SYS/}. */
  BROKERS_OWN,
  /** The web server that was asked. */
  BACK_END,
  /** The web server that was asked is away. */
  BACK_END_AWAY,
  /** What it was let in by when it sent a message holds no more when that is to be published. */
  IDENTITY_ENDED
}
