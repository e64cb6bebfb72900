package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.FormerKeys;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents that give every key a value that is not its default: leave one out, and the
 * configuration that the broker runs by is another one.
 */
class NoKeySwallowedTest {
  /** Asked before there is a configuration, or for what is done with documents. */
  private static final Set<String> OF_THE_DOCUMENT =
      Set.of(
          "config.store",
          "config.configmap",
          "config.namespace",
          "config.secret",
          "config.secret_path",
          "config.pem_folder",
          "config.apply",
          "auth.user_file",
          "auth.user_store",
          // Count where persistence.dir or persistence.durability is not given: DurabilityTest.
          "persistence.base_dir",
          "sqlite.enable",
          "sqlite.mounted_file_path",
          // Read where a backup is made: BackupTest, ApiBackupTest.
          "persistence.backup_dir",
          "persistence.backups");

  @ParameterizedTest(name = "{index}")
  @MethodSource("io.nanomq.config.EveryKey#documents")
  void eachKeyChangesWhatIsInForce(String document) throws Exception {
    LoadedConf loaded = Confs.unchecked(document, Map.of());
    Map<String, ConfEntry> given = new LinkedHashMap<>(loaded.values().given());
    // What a former name says counts only where the other is not given: FormerKeysTest.
    FormerKeys.SUCCESSORS.keySet().forEach(given::remove);
    Background asGiven = new Background(given);
    Background on = new Background(switchedOn(given));
    Set<String> swallowed = new TreeSet<>();
    for (ConfEntry entry : given.values()) {
      boolean isOurs = entry.key().inEffect() && !OF_THE_DOCUMENT.contains(entry.key().id());
      if (isOurs && backgrounds(asGiven, on, entry).noneMatch(before -> before.misses(entry))) {
        swallowed.add(entry.path());
      }
    }
    assertThat(swallowed).isEmpty();
  }

  private static Map<String, ConfEntry> switchedOn(Map<String, ConfEntry> given) {
    Map<String, ConfEntry> on = new LinkedHashMap<>();
    given.forEach((path, other) -> on.put(path, isSwitch(other) ? switched(other, true) : other));
    return on;
  }

  /** A key may mean something only where another is on, or where a stronger one is not given. */
  private static Stream<Background> backgrounds(Background given, Background on, ConfEntry entry) {
    Supplier<Map<String, ConfEntry>> alone =
        () -> {
          Map<String, ConfEntry> switches = new LinkedHashMap<>(on.entries);
          switches.values().removeIf(other -> !isSwitch(other) && other != entry);
          return switches;
        };
    return Stream.<Supplier<Background>>of(
            () -> given,
            () -> on,
            () -> new Background(alone.get()),
            () -> new Background(Map.of(entry.path(), entry)))
        .map(Supplier::get);
  }

  /** Entries, and the configuration that they make. */
  private static final class Background {
    private final Map<String, ConfEntry> entries;
    private final NanomqConf with;

    Background(Map<String, ConfEntry> entries) {
      this.entries = entries;
      this.with = conf(entries);
    }

    /** Whether it is another configuration without that entry, or with the opposite of it. */
    boolean misses(ConfEntry entry) {
      Map<String, ConfEntry> other = new LinkedHashMap<>(entries);
      other.remove(entry.path());
      if (!conf(other).equals(with)) {
        return true;
      }
      if (!isSwitch(entry)) {
        return false;
      }
      other.put(entry.path(), switched(entry, false));
      return !conf(other).equals(with);
    }
  }

  private static NanomqConf conf(Map<String, ConfEntry> entries) {
    return NanomqConf.bind(new ConfValues(entries), null);
  }

  private static boolean isSwitch(ConfEntry entry) {
    String id = entry.key().id();
    return entry.value() instanceof Boolean && id.endsWith("enable")
        || Set.of("rules.option", "rule_option", "rule_option.<name>").contains(id);
  }

  private static ConfEntry switched(ConfEntry entry, boolean on) {
    Object value = on;
    if (entry.value() instanceof String) {
      boolean isOfKind = entry.key().id().endsWith("<name>");
      String kind = isOfKind ? (on ? "enable" : "disable") : on ? "on" : "off";
      value = kind;
    }
    return new ConfEntry(entry.key(), entry.path(), value, entry.raw(), entry.origin());
  }
}
