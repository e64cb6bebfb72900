package io.nanomq.config.document.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nanomq.config.document.ConfEdit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A list of sections that is being changed: each element as path to text. */
final class HoconList {
  private final List<Map<String, String>> elements = new ArrayList<>();

  private HoconList() {}

  /** The list as it stands in the document; empty where there is none. */
  static HoconList of(Config config, List<String> path) {
    HoconList list = new HoconList();
    String name = ConfigUtil.joinPath(path);
    if (config.hasPathOrNull(name) && config.getValue(name).valueType() == ConfigValueType.LIST) {
      for (ConfigValue element : (ConfigList) config.getValue(name)) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (!(element instanceof ConfigObject object)) {
          throw new ConfigException.WrongType(element.origin(), name + " holds no sections");
        }
        object.forEach((key, value) -> fields.put(ConfigUtil.joinPath(key), text(value)));
        list.elements.add(fields);
      }
    }
    return list;
  }

  private static String text(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  /**
   * @param path number of the element from 1, then the path inside it
   */
  void apply(ConfEdit edit, List<String> path) {
    int index = Integer.parseInt(path.get(0)) - 1;
    while (elements.size() <= index) {
      elements.add(new LinkedHashMap<>());
    }
    String field = ConfigUtil.joinPath(path.subList(1, path.size()));
    Object value = edit.value();
    if (value == null) {
      elements.get(index).remove(field);
    } else {
      elements.get(index).put(field, HoconText.of(edit.key(), value));
    }
  }

  boolean isEmpty() {
    return elements.stream().allMatch(Map::isEmpty);
  }

  /** On one line; what stands around the list stays as it is. */
  String render() {
    StringJoiner list = new StringJoiner(", ", "[", "]");
    for (Map<String, String> element : elements) {
      if (!element.isEmpty()) {
        list.add(section(element));
      }
    }
    return list.toString();
  }

  private static String section(Map<String, String> element) {
    StringJoiner fields = new StringJoiner(", ", "{", "}");
    element.forEach((field, value) -> fields.add(field + " = " + value));
    return fields.toString();
  }
}
