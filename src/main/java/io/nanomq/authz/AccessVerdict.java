package io.nanomq.authz;

import org.jspecify.annotations.Nullable;

/**
 * What was decided, and why. The same object says so to the log, the API, events and metrics.
 *
 * @param partial of an allowed filter: some of its topics are denied, each message is looked at
 * @param rule what decided; null where it was no rule
 */
public record AccessVerdict(
    boolean allowed, boolean partial, Reason reason, @Nullable AccessRule rule) {

  /** What kind of thing decided. */
  public enum Reason {
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
    BACK_END_AWAY
  }

  public static final AccessVerdict OPEN = of(true, Reason.NO_RULES);
  public static final AccessVerdict SUPERUSER = of(true, Reason.SUPERUSER);
  public static final AccessVerdict BROKERS_OWN = of(false, Reason.BROKERS_OWN);
  static final AccessVerdict NO_MATCH_ALLOWED = of(true, Reason.NO_MATCH);
  static final AccessVerdict NO_MATCH_DENIED = of(false, Reason.NO_MATCH);

  public static AccessVerdict of(boolean allowed, Reason reason) {
    return new AccessVerdict(allowed, false, reason, null);
  }

  static AccessVerdict of(AccessRule rule, boolean partial) {
    return new AccessVerdict(rule.allow(), partial, Reason.RULE, rule);
  }

  /** What decided, in words. */
  public String text() {
    return switch (reason) {
      case NO_RULES -> "there are no rules";
      case SUPERUSER -> "it is a superuser";
      case RULE -> rule == null ? "a rule" : rule.where() + ": " + rule.text();
      case NO_MATCH -> "no rule matches, and no_match = " + (allowed ? "allow" : "deny");
      case BROKERS_OWN -> "only the broker publishes below $SYS/";
      case BACK_END -> "the web server says so";
      case BACK_END_AWAY -> "the web server is away";
    };
  }
}
