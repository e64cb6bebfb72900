package io.nanomq.config.setting;

import io.nanomq.config.key.ConfKey;
import java.util.regex.Pattern;

/**
 * One thing that is wrong with a configuration.
 *
 * @param severity whether it stops the configuration from being used
 * @param source file, environment variable or command line option
 * @param line line in the file from 1; 0 where there are no lines
 * @param column column from 1; 0 where unknown
 * @param key the key as it was written; empty where the problem is not about one
 * @param value the value as it was written, never a secret; empty where there is none
 * @param reason what is wrong
 * @param expected what would be right; empty where the reason says it all
 */
public record ConfProblem(
    Severity severity,
    String source,
    int line,
    int column,
    String key,
    String value,
    String reason,
    String expected) {

  private static final int SHOWN_VALUE = 80;
  private static final String MASK = "******";
  // An @ of the path comes after a slash; of several the last one ends the password. A comma may
  // be part of a password; between two URLs it is followed by a scheme, whose slashes end the
  // match.
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/?#\\s]*@");

  // Web servers' own keys stand in a query. A comma may be part of one; see above.
  private static final Pattern QUERY =
      Pattern.compile("(://[^?#\\s]*\\?)[^#\\s]+?(?=[#\\s]|,[a-z+-]+://|$)");

  /** Of what web servers are asked with: what no placeholder stands for is a key of theirs. */
  private static final String PARAMETERS = "_req.params";

  private static final Pattern LITERAL = Pattern.compile("(?<=^|=)(?!%)[^,=%]+(?=,|$)");

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^{}]*}");

  /** Whether a problem stops the configuration from being used. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public static ConfProblem at(ConfOrigin origin, String value, String reason, String expected) {
    return new ConfProblem(
        Severity.ERROR,
        origin.source(),
        origin.line(),
        origin.column(),
        origin.name(),
        value,
        reason,
        expected);
  }

  /** An error of a whole source, such as a file that cannot be read. */
  public static ConfProblem in(String source, String reason, String expected) {
    return new ConfProblem(Severity.ERROR, source, 0, 0, "", "", reason, expected);
  }

  /** An error of one line, of which nothing is told. */
  public static ConfProblem in(String source, int line, String reason) {
    return in(source, line, 0, reason, "");
  }

  /** An error at a place that is not a key's. */
  public static ConfProblem in(
      String source, int line, int column, String reason, String expected) {
    return new ConfProblem(Severity.ERROR, source, line, column, "", "", reason, expected);
  }

  /** An error of a key in a source without lines; what is long is cut. */
  public static ConfProblem of(
      String source, String key, String value, String reason, String expected) {
    return new ConfProblem(Severity.ERROR, source, 0, 0, key, cut(value), reason, expected);
  }

  public static String shown(ConfKey key, String raw) {
    if (key.secret() && !REFERENCE.matcher(raw).matches()) {
      return MASK;
    }
    return cut(withoutSecrets(key, raw)).replaceAll("\\p{Cntrl}", "?");
  }

  /** The value of a key that is not secret as a whole: what it holds of secrets is masked. */
  public static String withoutSecrets(ConfKey key, String text) {
    String shown = withoutCredentials(text);
    return key.id().contains(PARAMETERS) && !REFERENCE.matcher(text).matches()
        ? LITERAL.matcher(shown).replaceAll(MASK)
        : shown;
  }

  private static String cut(String text) {
    return text.length() <= SHOWN_VALUE ? text : text.substring(0, SHOWN_VALUE) + "...";
  }

  /** User, password and query of URLs masked, one URL or many. */
  public static String withoutCredentials(String text) {
    if (!text.contains("://")) {
      return text;
    }
    String shown = CREDENTIALS.matcher(text).replaceAll("://" + MASK + "@");
    return QUERY.matcher(shown).replaceAll("$1" + MASK);
  }

  /** The same of a text that might also be of another format. */
  public ConfProblem readAs(String format) {
    String as = "read as " + format + ": " + reason;
    return new ConfProblem(severity, source, line, column, key, value, as, expected);
  }

  public ConfProblem asWarning() {
    return new ConfProblem(Severity.WARNING, source, line, column, key, value, reason, expected);
  }

  /** The same problem, though lines above it may have come or gone. */
  public boolean isSameElsewhere(ConfProblem other) {
    return source.equals(other.source)
        && key.equals(other.key)
        && value.equals(other.value)
        && reason.equals(other.reason);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** One line: {@code etc/nanomq.conf:3:6: http_server.port = 70000 is out of range; right ...}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(source);
    if (line > 0) {
      text.append(':').append(line);
    }
    if (column > 0) {
      text.append(':').append(column);
    }
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(value.isEmpty() ? " " : " = ");
    }
    if (!value.isEmpty()) {
      text.append(value).append(' ');
    }
    text.append(reason);
    if (!expected.isEmpty()) {
      text.append("; right would be ").append(expected);
    }
    return text.toString();
  }
}
