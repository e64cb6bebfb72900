package io.nanomq.config;

import io.nanomq.config.document.SiblingFile;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** NanoMQ's command line: {@code [nanomq] [broker] [start] [--conf F] [-p 8081] [--check] ...}. */
final class CommandLine {
  static final String CONF = "--conf";
  static final String OLD_CONF = "--old_conf";
  static final String CHECK = "--check";
  static final String HELP = "--help";
  static final List<String> FILE_OPTIONS =
      Stream.concat(
              Stream.of(CONF, OLD_CONF, CHECK, HELP),
              Arrays.stream(SiblingFile.values()).map(SiblingFile::option))
          .toList();

  private static final Set<String> WORDS = Set.of("nanomq", "broker", "start");

  /** What is to be done to a broker that runs; only the broker's own names may stand before it. */
  private static final Set<String> COMMANDS =
      Set.of("stop", "restart", "reload", "backup", "restore", "export", "import");

  private static final Set<String> SWITCHES = Set.of("-h", HELP, CHECK);

  private final List<RawSetting> settings = new ArrayList<>();
  private final Map<String, String> files = new LinkedHashMap<>();
  private final Set<String> switches = new HashSet<>();
  private final List<ConfProblem> problems;

  CommandLine(String[] arguments, List<ConfProblem> problems) {
    this.problems = problems;
    int at = 0;
    while (at < arguments.length) {
      at = read(arguments, at);
    }
  }

  List<RawSetting> settings() {
    return settings;
  }

  /** The file of an option such as {@code --conf}; null where it was not given. */
  @Nullable String file(String option) {
    return files.get(option);
  }

  boolean hasSwitch(String name) {
    return switches.contains(name);
  }

  /** Reads one option and answers where the next one starts. */
  private int read(String[] arguments, int at) {
    String argument = arguments[at];
    int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    String option = equals < 0 ? argument : argument.substring(0, equals);
    if (WORDS.contains(option) || COMMANDS.contains(option) && isFirst(arguments, at)) {
      return at + 1;
    }
    if (SWITCHES.contains(option)) {
      switches.add(option.equals("-h") ? HELP : option);
      return at + 1;
    }
    boolean isFile = FILE_OPTIONS.contains(option);
    Optional<ConfKey> key = KeyTable.get().byOption(option);
    if (!isFile && key.isEmpty()) {
      problems.add(unknown(option));
      return at + 1;
    }
    if (equals >= 0) {
      put(option, key, argument.substring(equals + 1));
      return at + 1;
    }
    if (key.isPresent() && key.get().type() == ConfType.BOOL && !hasBool(arguments, at + 1)) {
      put(option, key, "true");
      return at + 1;
    }
    if (at + 1 >= arguments.length) {
      problems.add(ConfProblem.in(option, "has no value", "a value after it"));
      return at + 1;
    }
    put(option, key, arguments[at + 1]);
    return at + 2;
  }

  /** Behind others nobody looks for one, and a broker would start that was to be stopped. */
  private static boolean isFirst(String[] arguments, int at) {
    List<String> before = Arrays.asList(arguments).subList(0, at);
    return WORDS.containsAll(before) && !before.contains("start");
  }

  private static ConfProblem unknown(String word) {
    if (COMMANDS.contains(word)) {
      return ConfProblem.in(word, "stands behind other words", "nanomq " + word + " ...");
    }
    if (word.startsWith("-")) {
      return ConfProblem.in(
          word, "is not a known option", KeyTable.get().nearestOption(word, FILE_OPTIONS));
    }
    return ConfProblem.in(
        word,
        "is not a known command",
        "start, stop, restart, reload, backup, restore, export or import");
  }

  /** NanoMQ's switches stand alone; a true or false behind one is understood as well. */
  private static boolean hasBool(String[] arguments, int at) {
    return at < arguments.length && arguments[at].matches("(?i)true|false|yes|no|on|off");
  }

  private void put(String option, Optional<ConfKey> key, String value) {
    if (key.isEmpty()) {
      files.put(option, value);
      return;
    }
    int slash = value.lastIndexOf('/');
    if (option.equals("--log_file") && slash >= 0) {
      // NanoMQ's option is a path; who starts a process may write anywhere, who edits a file not.
      add(option, KeyTable.get().byId("log.dir"), value.substring(0, Math.max(1, slash)));
      add(option, key.get(), value.substring(slash + 1));
      return;
    }
    add(option, key.get(), value);
  }

  private void add(String option, ConfKey key, String value) {
    ConfOrigin origin = new ConfOrigin(Layer.COMMAND_LINE, option, 0, 0, "", Syntax.KEY_VALUE);
    settings.add(RawSetting.of(new KeyMatch(key, List.of()), value, origin));
  }
}
