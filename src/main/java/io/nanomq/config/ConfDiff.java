package io.nanomq.config;

import io.nanomq.config.document.KeyValueText;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.Effect;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changes between two configurations. Only values in use count: a key that is now written down
 * with its default changes nothing.
 *
 * @param changes the settings that differ, in the order of the documents
 */
public record ConfDiff(List<ConfChange> changes) {
  private static final String MASK = "******";

  public ConfDiff {
    changes = List.copyOf(changes);
  }

  public static ConfDiff between(LoadedConf before, LoadedConf after) {
    Map<String, ConfEntry> old = before.values().given();
    Map<String, ConfEntry> now = after.values().given();
    Set<String> paths = new LinkedHashSet<>(now.keySet());
    paths.addAll(old.keySet());
    List<ConfChange> changes = new ArrayList<>();
    for (String path : paths) {
      ConfEntry from = old.get(path);
      ConfEntry to = now.get(path);
      ConfKey key = Objects.requireNonNull(to == null ? from : to).key();
      Object oldValue = value(from, key);
      Object newValue = value(to, key);
      if (!Objects.equals(oldValue, newValue)) {
        changes.add(
            new ConfChange(
                path,
                key,
                shown(key, from, oldValue),
                shown(key, to, newValue),
                to == null ? ConfOrigin.DEFAULT : to.origin()));
      }
    }
    return new ConfDiff(changes);
  }

  /** The changes with one effect. */
  public List<ConfChange> with(Effect effect) {
    return changes.stream().filter(change -> change.effect() == effect).toList();
  }

  /** What this version acts on, which is all that can ever be in force. */
  public ConfDiff inEffect() {
    return new ConfDiff(changes.stream().filter(c -> c.effect() != Effect.NONE).toList());
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  private static @Nullable Object value(@Nullable ConfEntry entry, ConfKey key) {
    return entry == null ? ConfValues.defaultOf(key) : entry.value();
  }

  private static String shown(ConfKey key, @Nullable ConfEntry entry, @Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (entry != null && entry.isReference()) {
      return ConfProblem.shown(key, entry.raw()); // whoever may edit may not read every file
    }
    return key.secret() ? MASK : ConfProblem.withoutSecrets(key, KeyValueText.of(key, value));
  }
}
