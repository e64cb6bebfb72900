package io.nanomq.control.backup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** Names of backups: the moment they were made, in UTC, so that the newest sorts last. */
public final class BackupName {
  static final String PREFIX = "backup-";

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("'" + PREFIX + "'yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
  private static final Pattern PATTERN = Pattern.compile(PREFIX + "\\d{8}-\\d{6}-\\d{3}");

  private BackupName() {}

  static String of(Instant moment) {
    return FORMAT.format(moment);
  }

  /** Whether that is one: nothing else is ever looked for, or removed, in a folder of backups. */
  public static boolean isOne(String text) {
    return PATTERN.matcher(text).matches();
  }
}
