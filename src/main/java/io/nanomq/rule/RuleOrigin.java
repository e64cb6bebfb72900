package io.nanomq.rule;

import org.jspecify.annotations.Nullable;

/**
 * The rules that a message has come through: none of them looks at it again, and after {@value
 * #MAX_HOPS} no rule does. So no rules, whatever they match, go on for ever.
 *
 * @param ruleId the last one
 * @param before those before it
 * @param hops how many they are
 */
record RuleOrigin(int ruleId, @Nullable RuleOrigin before, int hops) {
  static final int MAX_HOPS = 4;

  static RuleOrigin after(@Nullable RuleOrigin before, int ruleId) {
    return new RuleOrigin(ruleId, before, before == null ? 1 : before.hops + 1);
  }

  static boolean mayLookAt(@Nullable RuleOrigin origin, int ruleId) {
    for (RuleOrigin each = origin; each != null; each = each.before) {
      if (each.ruleId == ruleId) {
        return false;
      }
    }
    return true;
  }
}
