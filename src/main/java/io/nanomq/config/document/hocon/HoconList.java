package io.nanomq.config.document.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import com.typesafe.config.parser.ConfigDocument;
import io.nanomq.config.document.ConfEdit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A list of sections that is being changed: each element as path to text. */
final class HoconList {
  private final List<Map<String, String>> elements = new ArrayList<>();
  private final List<Map<String, Optional<String>>> changes = new ArrayList<>();
  private int before;

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
        list.changes.add(new LinkedHashMap<>());
      }
    }
    list.before = list.elements.size();
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
      changes.add(new LinkedHashMap<>());
    }
    String field = ConfigUtil.joinPath(path.subList(1, path.size()));
    Object value = edit.value();
    Optional<String> text = Optional.ofNullable(value).map(v -> HoconText.of(edit.key(), v));
    changes.get(index).put(field, text);
    text.ifPresentOrElse(
        some -> elements.get(index).put(field, some), () -> elements.get(index).remove(field));
  }

  boolean isEmpty() {
    return elements.stream().allMatch(Map::isEmpty);
  }

  /** On one line: the document's own layout around the list stays as it is. */
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

  /**
   * The text of the list with the changes and everything else as it was.
   *
   * @param text what the document has
   * @return null where that is not the list alone
   */
  @Nullable String changed(String text) {
    HoconElements written = HoconElements.of(text, before);
    if (written == null) {
      return null;
    }
    elements.subList(before, elements.size()).stream()
        .filter(element -> !element.isEmpty())
        .forEach(element -> written.append(section(element)));
    for (int i = before - 1; i >= 0; i--) {
      Map<String, Optional<String>> fields = changes.get(i);
      if (elements.get(i).isEmpty()) {
        written.remove(i);
      } else if (!fields.isEmpty()) {
        written.change(i, section -> changed(section, fields));
      }
    }
    return written.text();
  }

  private static String changed(String section, Map<String, Optional<String>> fields) {
    String text = section;
    for (Map.Entry<String, Optional<String>> field : fields.entrySet()) {
      ConfigDocument document = HoconEditor.parse(text);
      Optional<String> value = field.getValue();
      text =
          value.isPresent()
              ? document.withValueText(field.getKey(), value.get()).render()
              : HoconLines.withoutBlankLeft(text, document.withoutPath(field.getKey()).render());
    }
    return text;
  }
}
