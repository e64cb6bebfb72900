package io.nanomq;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What {@code --help} says; the options come from the table of keys, so that none is forgotten. */
final class HelpText {
  private static final String HEAD =
      """
      nanomq [broker] [start] [--conf FILE] [OPTION]...
      nanomq stop | restart | reload | backup | repair [--conf FILE] [OPTION]...
      nanomq restore NAME|FOLDER [--conf FILE] [OPTION]...
      nanomq export FILE | import FILE [--dry-run] [--replace] [--conf FILE] [OPTION]...

        stop                tells the broker of that configuration to stop, and waits for it
        backup              has it copy what it keeps on disk
        restore             puts such a copy in the place of it, while no broker runs
        export, import      writes its sessions and retained messages to a file, or reads such a file
        restart, reload     has it put its stored configuration in force, in place
        repair              makes what outlives the process readable again, and says what is lost
        --repair            does that before a start
        --conf FILE         the configuration, else NANOMQ_CONF_PATH, else etc/nanomq.conf
        --check             say what is wrong with the configuration and end
        -h, --help          this text
        -v, --version       alone: which version this is
      """;

  private HelpText() {}

  /** Whether the version is all that is asked for; as in NanoMQ, that stands alone. */
  static boolean asksForVersion(String[] arguments) {
    return arguments.length == 1 && List.of("-v", "--version").contains(arguments[0]);
  }

  static void printVersion(PrintStream out) {
    try (InputStream version = HelpText.class.getResourceAsStream("version.txt")) {
      if (version != null) {
        out.print("NanoMQ Broker " + new String(version.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void print(PrintStream out) {
    out.print(HEAD);
    for (ConfKey key : KeyTable.get().keys()) {
      if (!key.options().isEmpty()) {
        out.printf("  %-18s  %s%n", key.options(), key.description());
      }
    }
  }
}
