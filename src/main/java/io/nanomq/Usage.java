package io.nanomq;

import io.nanomq.config.ConfKey;
import io.nanomq.config.KeyTable;
import java.io.PrintStream;

/** What {@code --help} says; the options come from the table of keys, so that none is forgotten. */
final class Usage {
  private static final String HEAD =
      """
      nanomq [broker] [start] [--conf FILE] [OPTION]...

        --conf FILE         the configuration, else NANOMQ_CONF_PATH, else etc/nanomq.conf
        --check             say what is wrong with the configuration and end
        -h, --help          this text
      """;

  private Usage() {}

  static void print(PrintStream out) {
    out.print(HEAD);
    for (ConfKey key : KeyTable.get().keys()) {
      if (!key.options().isEmpty()) {
        out.printf("  %-18s  %s%n", key.options(), key.description());
      }
    }
  }
}
