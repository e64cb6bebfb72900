package io.nanomq.config.document.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import io.nanomq.config.document.IncludedFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Included files that hold nothing but references: whether they say anything shows when those are
 * looked up.
 */
final class IncludedReferences {
  private record Held(IncludedFile file, ConfigObject object, boolean isLock) {}

  private final List<Held> held = new ArrayList<>();

  /**
   * @param object its content, not resolved
   * @param isLock whether who gets in may depend on it
   */
  void add(IncludedFile file, ConfigObject object, boolean isLock) {
    held.add(new Held(file, object, isLock));
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /**
   * The files that say nothing; those that are locks are errors.
   *
   * @param values where references are looked up: the whole document, and variables
   */
  List<IncludedFile> emptied(Config values) {
    ConfigResolveOptions options = ConfigResolveOptions.defaults().setUseSystemEnvironment(false);
    List<IncludedFile> emptied = new ArrayList<>();
    for (Held include : held) {
      Config resolved = include.object.toConfig().resolveWith(values, options);
      if (HoconDocument.saysNothing(resolved.root(), false)) {
        emptied.add(include.file.emptied(include.isLock));
      }
    }
    return emptied;
  }
}
