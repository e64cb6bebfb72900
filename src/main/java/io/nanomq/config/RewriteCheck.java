package io.nanomq.config;

import io.nanomq.config.key.ListElement;
import io.nanomq.config.model.RewriteConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Whether rules that give topics other names can be carried out. */
final class RewriteCheck {
  private static final int MAX_PATTERN = 256;
  private static final String RULE = "rewrite.<n>.";

  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  RewriteCheck(ConfValues values) {
    this.values = values;
  }

  List<ConfProblem> problems() {
    int count = 0;
    for (String number : values.names("rewrite.")) {
      source(number);
      pattern(number);
      target(number);
      if (++count == RewriteConf.MAX_RULES + 1) {
        error("source_topic", number, "is one rule too many", RewriteConf.MAX_RULES + " at most");
      }
    }
    return problems;
  }

  private void source(String number) {
    String source = values.text(RULE + "source_topic", number);
    if (!ListElement.isFilter(source)) {
      error("source_topic", number, "is no topic filter", "a filter such as a/+/#");
    }
  }

  private void pattern(String number) {
    String text = values.text(RULE + "re", number);
    try {
      if (text.length() > MAX_PATTERN) {
        error("re", number, "is too long", MAX_PATTERN + " characters at most");
      } else {
        Pattern.compile(text);
      }
    } catch (PatternSyntaxException e) {
      error("re", number, "is no regular expression", e.getDescription());
    }
  }

  private void target(String number) {
    String target = values.text(RULE + "dest_topic", number);
    boolean isWild = target.indexOf('+') >= 0 || target.indexOf('#') >= 0;
    boolean subscribes = values.text(RULE + "action", number).equals("subscribe");
    boolean isOwn = target.startsWith("$SYS") || target.startsWith("$nanomq/");
    if (target.isEmpty() || isOwn || isWild && !subscribes) {
      error("dest_topic", number, "is no topic to publish to", "a topic such as b/$1");
    }
  }

  private void error(String name, String number, String reason, String expected) {
    problems.add(ConfValidator.at(values, RULE + name, reason, expected, number));
  }
}
