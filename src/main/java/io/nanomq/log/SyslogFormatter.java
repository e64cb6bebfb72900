package io.nanomq.log;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Level;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/** Lines as a local log daemon reads them, RFC 3164 section 4.1 without the host's name. */
final class SyslogFormatter extends ExtFormatter {
  private static final int DAEMON = 3 << 3;
  private static final int ERROR = 3;
  private static final int WARNING = 4;
  private static final int INFO = 6;
  private static final int DEBUG = 7;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM d HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final String tag = "nanomq[" + ProcessHandle.current().pid() + "]: ";

  @Override
  public String format(ExtLogRecord line) {
    StringBuilder text = new StringBuilder();
    text.append('<').append(DAEMON | severity(line.getLevel())).append('>');
    text.append(TIME.format(Instant.ofEpochMilli(line.getMillis()))).append(' ').append(tag);
    text.append(line.getFormattedMessage());
    if (line.getThrown() != null) {
      text.append(": ").append(line.getThrown());
    }
    return text.toString();
  }

  private static int severity(Level level) {
    int value = level.intValue();
    if (value >= org.jboss.logmanager.Level.ERROR.intValue()) {
      return ERROR;
    }
    if (value >= org.jboss.logmanager.Level.WARN.intValue()) {
      return WARNING;
    }
    return value >= org.jboss.logmanager.Level.INFO.intValue() ? INFO : DEBUG;
  }
}
