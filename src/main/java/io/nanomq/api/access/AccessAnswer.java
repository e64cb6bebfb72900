package io.nanomq.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.authz.AccessVerdict;
import io.nanomq.config.model.AclRuleConf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /acl/check} answers.
 *
 * @param verdict allow or deny
 * @param partial of an allowed filter: some of its topics are denied, whose messages are held back
 * @param reason what decided: rule, no_match, no_rules, brokers_own
 * @param rule the deciding rule; absent where it was none
 * @param message all of it in words
 */
@JsonPropertyOrder({"verdict", "partial", "reason", "rule", "message"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessAnswer(
    String verdict, boolean partial, String reason, @Nullable Rule rule, String message) {

  /**
   * A rule, and where it stands.
   *
   * @param source file, or what it came with
   * @param line 0 = there are no lines
   */
  @JsonPropertyOrder({"source", "line", "text"})
  public record Rule(String source, int line, String text) {}

  static AccessAnswer of(AccessVerdict verdict) {
    AclRuleConf rule = verdict.rule();
    return new AccessAnswer(
        verdict.allowed() ? "allow" : "deny",
        verdict.partial(),
        verdict.reason().name().toLowerCase(Locale.ROOT),
        rule == null ? null : new Rule(rule.source(), rule.line(), rule.text()),
        verdict.text());
  }
}
