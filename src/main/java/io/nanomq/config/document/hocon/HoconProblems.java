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
  static ConfProblem ofIncluded(HoconPlaces places, ConfigException e) {
    HoconPlaces.Place place = places.of(e.origin());
    return ConfProblem.in(
        place.source(), place.line(), "is not HOCON, or refers to what is not there");
  }

  /** Of a text that is not read yet. */
  static ConfProblem of(String name, ConfigException e) {
    return of(new HoconPlaces(name), e);
  }

  static ConfProblem of(HoconPlaces places, ConfigException e) {
    String message = String.valueOf(e.getMessage());
    ConfigOrigin origin = e.origin();
    String prefix = origin == null ? "" : origin.description() + ": ";
    String reason = withoutValues(message);
    reason = reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason;
    reason = reason.length() > 300 ? reason.substring(0, 300) + "..." : reason;
    HoconPlaces.Place place = places.of(origin);
    int line = origin == null ? lineOf(message) : place.line();
    return ConfProblem.in(place.source(), line, 0, reason, expected(e));
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
