package io.nanomq.log;

import java.util.logging.Formatter;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Lines of text in which nobody can write others: what clients are called, and their topics, may
 * hold line ends and escape sequences of terminals. Control characters of a message are shown, not
 * written; traces of the broker's own stay as they are.
 */
final class OneLineFormatter extends ExtFormatter {
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1F\\x7F-\\x9F]");

  private final Formatter lines;

  /**
   * @param lines what a line looks like
   */
  OneLineFormatter(Formatter lines) {
    this.lines = lines;
  }

  @Override
  public String format(ExtLogRecord line) {
    String message = line.getFormattedMessage();
    if (message == null || message.chars().noneMatch(Character::isISOControl)) {
      return lines.format(line);
    }
    ExtLogRecord shown = new ExtLogRecord(line);
    shown.setMessage(shown(message), ExtLogRecord.FormatStyle.NO_FORMAT);
    shown.setParameters(null);
    return lines.format(shown);
  }

  private static String shown(String message) {
    return CONTROL
        .matcher(message)
        .replaceAll(c -> "\\\\u%04x".formatted((int) c.group().charAt(0)));
  }
}
