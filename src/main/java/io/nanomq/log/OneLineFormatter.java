package io.nanomq.log;

import java.util.logging.Formatter;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Lines of text in which nobody can write others: what clients are called, and their topics, may
 * hold line ends and escape sequences of terminals. Control characters of a message are shown, not
 * written; traces of the broker's own stay as they are.
 */
final class OneLineFormatter extends ExtFormatter {
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
    StringBuilder text = new StringBuilder(message.length() + 16);
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (Character.isISOControl(c)) {
        text.append("\\u").append(String.format("%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
