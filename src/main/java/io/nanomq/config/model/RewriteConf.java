package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;

/**
 * A rule that gives topics another name.
 *
 * @param publish whether it is for topics of messages
 * @param subscribe whether it is for filters of subscriptions
 * @param source filter that the topic has to match
 * @param pattern regular expression that it has to match as well
 * @param target the other name, in which $1 to $9 stand for groups of the expression
 */
public record RewriteConf(
    boolean publish, boolean subscribe, String source, String pattern, String target) {
  /** Rules that there may be. */
  public static final int MAX_RULES = 100;

  private static final String RULES = "rewrite.";

  /** All rules, in order. */
  public static List<RewriteConf> bind(ConfValues values) {
    return values.numbers(RULES).stream().map(number -> bind(values, number)).toList();
  }

  private static RewriteConf bind(ConfValues values, String number) {
    String action = values.text(RULES + "<n>.action", number);
    return new RewriteConf(
        !action.equals("subscribe"),
        !action.equals("publish"),
        values.text(RULES + "<n>.source_topic", number),
        values.text(RULES + "<n>.re", number),
        values.text(RULES + "<n>.dest_topic", number));
  }
}
