package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import io.nanomq.config.setting.ConfProblem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HOCON parser's exceptions as problems with their line. */
final class HoconProblems {
  private static final Pattern LINE = Pattern.compile(": (\\d+)(-\\d+)?: ");
  private static final Pattern VALUE =
      Pattern.compile("ResolveSource|SimpleConfig|\\b[A-Z]\\w*\\(");

  private HoconProblems() {}

  /** Without a word of the text: it may be that of any file. */
  static ConfProblem ofIncluded(String name, ConfigException e) {
    ConfigOrigin origin = e.origin();
    String source = origin == null ? name : HoconDocument.source(origin);
    int line = origin == null ? 0 : Math.max(0, origin.lineNumber());
    return ConfProblem.in(source, line, "is not HOCON, or refers to what is not there");
  }

  static ConfProblem of(String name, ConfigException e) {
    String message = String.valueOf(e.getMessage());
    String reason = withoutValues(message);
    reason = reason.length() > 300 ? reason.substring(0, 300) + "..." : reason;
    String source = e.origin() == null ? name : HoconDocument.source(e.origin());
    int line = e.origin() == null ? lineOf(message) : Math.max(0, e.origin().lineNumber());
    String prefix = source + ": " + line + ": ";
    if (reason.startsWith(prefix)) {
      reason = reason.substring(prefix.length());
    }
    return ConfProblem.in(source, line, 0, reason, expected(e));
  }

  private static String expected(ConfigException e) {
    return e instanceof ConfigException.UnresolvedSubstitution
        ? "an environment variable or key of that name"
        : "HOCON; values with special characters in double quotes";
  }

  /** The library prints values, and trees with the whole environment, as {@code Class(...)}. */
  private static String withoutValues(String message) {
    String first = message.lines().findFirst().orElse("");
    Matcher value = VALUE.matcher(first);
    return value.find() ? first.substring(0, value.start()) + "..." : first;
  }

  private static int lineOf(String message) {
    Matcher matcher = LINE.matcher(message);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
