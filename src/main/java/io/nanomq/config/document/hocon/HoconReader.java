package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.KeyTree;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a resolved HOCON tree into settings; list elements are numbered from 1. */
final class HoconReader {
  private final HoconIncluder files;
  private final HoconPlaces places;
  private final HoconShown shown;
  private final List<ConfProblem> problems;
  private final List<RawSetting> settings = new ArrayList<>();

  HoconReader(
      HoconIncluder files, HoconPlaces places, HoconShown shown, List<ConfProblem> problems) {
    this.files = files;
    this.places = places;
    this.shown = shown;
    this.problems = problems;
  }

  List<RawSetting> settings() {
    return settings;
  }

  void read(ConfigObject root) {
    object(root, List.of());
  }

  private void object(ConfigObject object, List<String> path) {
    List<Map.Entry<String, ConfigValue>> members = new ArrayList<>(object.entrySet());
    // The parser's own order is that of a hash table.
    members.sort(
        Comparator.<Map.Entry<String, ConfigValue>>comparingInt(member -> line(member, path))
            .thenComparing(Map.Entry::getKey));
    for (Map.Entry<String, ConfigValue> member : members) {
      value(member.getValue(), KeyTree.below(path, member.getKey()));
    }
  }

  private int line(Map.Entry<String, ConfigValue> member, List<String> path) {
    return places.shown(member.getValue(), KeyTree.below(path, member.getKey())).line();
  }

  private void value(ConfigValue value, List<String> path) {
    Optional<KeyMatch> match = KeyTable.get().matchHocon(path);
    if (match.isPresent() && match.get().key().type() == ConfType.SECTION) {
      settings.add(RawSetting.of(match.get(), "{...}", origin(value, path)));
      return;
    }
    switch (value.valueType()) {
      case OBJECT -> section((ConfigObject) value, path, match);
      case LIST -> list((ConfigList) value, path, match);
      case NULL -> {} // the same as if the key were not there
      default -> scalar(value, path, match);
    }
  }

  private void section(ConfigObject object, List<String> path, Optional<KeyMatch> match) {
    if (KeyTable.get().hocon().isSection(path)) {
      object(object, path);
    } else if (match.isPresent()) {
      ConfType type = match.get().key().type();
      problem(object, path, "is a section", type.describe(Syntax.HOCON));
    } else {
      unknown(object, path);
    }
  }

  private void list(ConfigList list, List<String> path, Optional<KeyMatch> match) {
    boolean ofSections = list.stream().anyMatch(e -> e.valueType() == ConfigValueType.OBJECT);
    if (match.isPresent() && !ofSections) {
      List<String> texts = new ArrayList<>();
      for (ConfigValue element : list) {
        if (element.valueType() == ConfigValueType.LIST) {
          problem(element, path, "holds a list in a list", "a list of texts");
          return;
        }
        texts.add(HoconShown.plain(element));
      }
      settings.add(
          new RawSetting(match.get(), texts, true, origin(list, path))
              .shownAs(shown.texts(path, texts), shownAt(list, path)));
      return;
    }
    elements(list, path, match);
  }

  private void elements(ConfigList list, List<String> path, Optional<KeyMatch> match) {
    for (int i = 0; i < list.size(); i++) {
      List<String> inner = KeyTree.below(path, String.valueOf(i + 1));
      ConfigValue element = list.get(i);
      if (!KeyTable.get().hocon().isSection(inner)) {
        notSections(list, path, match);
        return;
      }
      if (element instanceof ConfigObject object) {
        object(object, inner);
      } else {
        problem(element, inner, "is not a section", "{ ... }");
      }
    }
  }

  private void notSections(ConfigList list, List<String> path, Optional<KeyMatch> match) {
    if (match.isPresent()) {
      ConfType type = match.get().key().type();
      problem(list, path, "is a list of sections", type.describe(Syntax.HOCON));
    } else if (KeyTable.get().hocon().isSection(path)) {
      problem(list, path, "is a list", String.join(".", path) + " { ... }");
    } else {
      unknown(list, path);
    }
  }

  private void scalar(ConfigValue value, List<String> path, Optional<KeyMatch> match) {
    if (match.isPresent()) {
      String text = HoconShown.plain(value);
      settings.add(
          RawSetting.of(match.get(), text, origin(value, path))
              .shownAs(List.of(shown.text(path, text)), shownAt(value, path)));
    } else if (KeyTable.get().hocon().isKnownSection(path)) {
      problem(value, path, "is a section", String.join(".", path) + " { ... }");
    } else {
      unknown(value, path);
    }
  }

  private void unknown(ConfigValue value, List<String> path) {
    boolean isHelped = problems.size() < KeyTable.HELPED_NAMES;
    String hint = isHelped ? KeyTable.get().hintHocon(path) : "";
    problem(value, path, "is not a known key", hint);
  }

  /** Something is wrong at a path; what an included file says is not shown. */
  void problem(ConfigValue value, List<String> path, String reason, String expected) {
    ConfOrigin origin = origin(value, path);
    // A name in such a file is as much of its text as a value, and so is what is near to it.
    problems.add(
        files.hides(origin.source())
            ? ConfProblem.in(origin.source(), origin.line(), "holds a key that " + reason)
            : ConfProblem.at(origin, "", reason, expected));
  }

  private ConfOrigin origin(ConfigValue value, List<String> path) {
    return origin(places.of(value, path), path);
  }

  private ConfOrigin shownAt(ConfigValue value, List<String> path) {
    return origin(places.shown(value, path), path);
  }

  private ConfOrigin origin(HoconPlaces.Place place, List<String> path) {
    int column = column(files.line(place.source(), place.line()), path.get(path.size() - 1));
    String name = String.join(".", path);
    return new ConfOrigin(Layer.FILE, place.source(), place.line(), column, name, Syntax.HOCON);
  }

  /** The parser knows lines only: the key's own column, or that of the first visible character. */
  private static int column(String line, String key) {
    int at = line.indexOf(key);
    if (at < 0) {
      at = line.length() - line.stripLeading().length();
    }
    return line.isBlank() ? 0 : at + 1;
  }
}
