package io.nanomq.config;

import com.typesafe.config.ConfigException;

/** The HOCON parser's exceptions as problems with their line. */
final class HoconProblems {
  private HoconProblems() {}

  static ConfProblem of(String name, ConfigException e) {
    String message = String.valueOf(e.getMessage());
    String reason = message.length() > 300 ? message.substring(0, 300) + "..." : message;
    String source = e.origin() == null ? name : HoconDocument.source(e.origin());
    int line = e.origin() == null ? lineOf(message) : Math.max(0, e.origin().lineNumber());
    String prefix = source + ": " + line + ": ";
    if (reason.startsWith(prefix)) {
      reason = reason.substring(prefix.length());
    }
    String expected =
        e instanceof ConfigException.UnresolvedSubstitution
            ? "an environment variable or key of that name"
            : "HOCON; values with special characters in double quotes";
    return new ConfProblem(ConfProblem.Severity.ERROR, source, line, 0, "", "", reason, expected);
  }

  private static int lineOf(String message) {
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile(": (\\d+)(-\\d+)?: ").matcher(message);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
