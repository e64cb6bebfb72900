package io.nanomq.authz;

import io.nanomq.config.model.AclRuleConf;
import io.nanomq.metrics.AccessReason;
import org.jspecify.annotations.Nullable;

/**
 * What was decided, and why. The same object says so to the log, the API, events and metrics.
 *
 * @param partial of an allowed filter: some of its topics are denied, each message is looked at
 * @param rule what decided; null where it was no rule
 */
public record AccessVerdict(
    boolean allowed, boolean partial, AccessReason reason, @Nullable AclRuleConf rule) {

  public static final AccessVerdict OPEN = of(true, AccessReason.NO_RULES);
  public static final AccessVerdict SUPERUSER = of(true, AccessReason.SUPERUSER);
  public static final AccessVerdict BROKERS_OWN = of(false, AccessReason.BROKERS_OWN);
  public static final AccessVerdict IDENTITY_ENDED = of(false, AccessReason.IDENTITY_ENDED);
  static final AccessVerdict BACK_END_ALLOWED = of(true, AccessReason.BACK_END);
  static final AccessVerdict BACK_END_DENIED = of(false, AccessReason.BACK_END);
  static final AccessVerdict BACK_END_AWAY = of(false, AccessReason.BACK_END_AWAY);

  /** No rule decides, and the web server has not been asked: denied as long as it is not. */
  public static final AccessVerdict UNDECIDED = of(false, AccessReason.BACK_END);

  static final AccessVerdict NO_MATCH_ALLOWED = of(true, AccessReason.NO_MATCH);
  static final AccessVerdict NO_MATCH_DENIED = of(false, AccessReason.NO_MATCH);

  public static AccessVerdict of(boolean allowed, AccessReason reason) {
    return new AccessVerdict(allowed, false, reason, null);
  }

  static AccessVerdict of(AclRuleConf rule, boolean partial) {
    return new AccessVerdict(rule.allow(), partial, AccessReason.RULE, rule);
  }

  public boolean isUndecided() {
    return this == UNDECIDED;
  }

  /** What decided, in words. */
  public String text() {
    if (isUndecided()) {
      return "no rule matches, and the web server of acl_req is asked";
    }
    return switch (reason) {
      case NO_RULES -> "there are no rules";
      case SUPERUSER -> "it is a superuser";
      case RULE -> rule == null ? "a rule" : rule.where() + ": " + rule.text();
      case NO_MATCH -> "no rule matches, and no_match = " + (allowed ? "allow" : "deny");
      case BROKERS_OWN -> "only the broker publishes below $SYS/";
      case BACK_END -> "the web server says so";
      case BACK_END_AWAY -> "the web server is away";
      case IDENTITY_ENDED -> "what it was let in by holds no more";
    };
  }
}
