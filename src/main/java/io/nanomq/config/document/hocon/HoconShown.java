package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a resolved document: the same document resolved once more, with a reference
 * in the place of each variable and of each value of a hidden file. So whatever a value is put
 * together from, and however often it was moved, what is shown of it holds nothing that the
 * document does not say. What cannot be found again is hidden.
 */
final class HoconShown {
  private static final String HIDDEN = "${elsewhere}";

  private final @Nullable ConfigObject root;
  private final boolean isWhole;

  private HoconShown(@Nullable ConfigObject root, boolean isWhole) {
    this.root = root;
    this.isWhole = isWhole;
  }

  /** Of a document that is made of nothing but its own text. */
  static HoconShown whole() {
    return new HoconShown(null, true);
  }

  /** Of a document with these references; null hides everything. */
  static HoconShown of(@Nullable ConfigObject root) {
    return new HoconShown(root, false);
  }

  /** Variables as references to themselves. */
  static Map<String, String> references(Set<String> variables) {
    Map<String, String> references = new HashMap<>();
    variables.forEach(name -> references.put(name, "${" + name + "}"));
    return references;
  }

  /** A hidden file's values as references to it; what is not resolved yet is left out. */
  static ConfigObject hide(ConfigObject object, String file) {
    try {
      Map<String, Object> members = new HashMap<>();
      for (String name : object.keySet()) {
        ConfigValue value = object.get(name);
        members.put(name, hidden(value, file));
      }
      return ConfigValueFactory.fromMap(members);
    } catch (ConfigException e) {
      return ConfigFactory.empty().root();
    }
  }

  private static @Nullable Object hidden(ConfigValue value, String file) {
    String reference = "${include:" + file + "}";
    try {
      if (value instanceof ConfigObject object) {
        return hide(object, file);
      }
      if (value instanceof ConfigList list) {
        List<Object> elements = new ArrayList<>();
        for (ConfigValue element : list) {
          elements.add(hidden(element, file));
        }
        return elements;
      }
      return value.valueType() == ConfigValueType.NULL ? null : reference;
    } catch (ConfigException e) {
      return reference;
    }
  }

  /**
   * What to show for a text.
   *
   * @param path where it stands; elements of lists by their number from 1
   */
  String text(List<String> path, String text) {
    if (isWhole) {
      return text;
    }
    ConfigValue shown = at(path);
    return shown == null || hasMembers(shown) ? HIDDEN : plain(shown);
  }

  /** The same for a list of texts: how many there are may be what a variable says. */
  List<String> texts(List<String> path, List<String> texts) {
    if (isWhole) {
      return texts;
    }
    ConfigValue shown = at(path);
    if (!(shown instanceof ConfigList list)) {
      return List.of(text(path, ""));
    }
    boolean isOfTexts = list.stream().noneMatch(HoconShown::hasMembers);
    return isOfTexts ? list.stream().map(HoconShown::plain).toList() : List.of(HIDDEN);
  }

  private static boolean hasMembers(ConfigValue value) {
    return value instanceof ConfigObject || value instanceof ConfigList;
  }

  private @Nullable ConfigValue at(List<String> path) {
    ConfigValue found = root;
    for (String name : path) {
      found = found == null ? null : member(found, name);
    }
    return found;
  }

  /**
   * @param name of a member, or the number of an element from 1; null where there is none
   */
  static @Nullable ConfigValue member(ConfigValue value, String name) {
    if (value instanceof ConfigObject object) {
      return object.get(name);
    }
    if (value instanceof ConfigList list && name.matches("[1-9]\\d{0,8}")) {
      int index = Integer.parseInt(name) - 1;
      return index < list.size() ? list.get(index) : null;
    }
    return null;
  }

  /** As written: 1e12 stays 1e12. */
  static String plain(ConfigValue value) {
    return value.valueType() == ConfigValueType.NULL ? "" : value.atKey("v").getString("v");
  }
}
