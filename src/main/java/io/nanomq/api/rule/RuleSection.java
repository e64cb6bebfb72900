package io.nanomq.api.rule;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.setting.ConfEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of one section of a document, such as {@code rules.repub.rules}, while they are being
 * changed: number to fields. Numbers of HOCON are places in a list, those of key=value stay.
 */
final class RuleSection {
  private final String section;
  private final List<String> names;
  private final boolean isList;
  private final Map<String, Map<String, Object>> before = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> after = new LinkedHashMap<>();

  /**
   * @param section ids begin so, as {@code rules.repub.rules.<n>.}
   * @param names what stands in the places before the number
   */
  RuleSection(LoadedConf loaded, String section, List<String> names) {
    this.section = section;
    this.names = names;
    this.isList = loaded.document() == null || loaded.document().syntax() == Syntax.HOCON;
    String prefix = prefix(section, names);
    for (ConfEntry entry : loaded.values().below(prefix)) {
      String[] rest = entry.path().substring(prefix.length()).split("\\.", 2);
      // Secrets that only a reference names are not resolved.
      Object value = entry.isReference() ? entry.raw() : entry.value();
      before.computeIfAbsent(rest[0], number -> new LinkedHashMap<>()).put(rest[1], value);
    }
    before.forEach((number, fields) -> after.put(number, new LinkedHashMap<>(fields)));
  }

  private static String prefix(String section, List<String> names) {
    List<String> captures = new ArrayList<>(names);
    captures.add("1");
    String filled = KeyMatch.fill(section + "x", captures, true);
    return filled.substring(0, filled.length() - "1.x".length());
  }

  /** The section that a rule stands in. */
  static RuleSection of(LoadedConf loaded, RulesConf.Place place) {
    List<String> captures = place.captures();
    return new RuleSection(loaded, place.section(), captures.subList(0, captures.size() - 1));
  }

  /** Fields of a rule that is there. */
  Map<String, Object> fields(String number) {
    return after.computeIfAbsent(number, missing -> new LinkedHashMap<>());
  }

  /**
   * @param id of the rule, which is its number too where numbers stay and it is free
   */
  Map<String, Object> add(int id) {
    int number = isList ? after.size() + 1 : id;
    while (after.containsKey(String.valueOf(number))) {
      number++;
    }
    return fields(String.valueOf(number));
  }

  void remove(String number) {
    after.remove(number);
  }

  List<ConfEdit> edits() {
    Map<String, Map<String, Object>> wanted = isList ? renumbered() : after;
    Set<String> numbers = new HashSet<>(before.keySet());
    numbers.addAll(wanted.keySet());
    List<ConfEdit> edits = new ArrayList<>();
    numbers.stream()
        .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
        .forEach(number -> difference(number, wanted.getOrDefault(number, Map.of()), edits));
    return edits;
  }

  private Map<String, Map<String, Object>> renumbered() {
    Map<String, Map<String, Object>> places = new LinkedHashMap<>();
    after.values().forEach(fields -> places.put(String.valueOf(places.size() + 1), fields));
    return places;
  }

  private void difference(String number, Map<String, Object> now, List<ConfEdit> edits) {
    Map<String, Object> was = before.getOrDefault(number, Map.of());
    List<String> captures = new ArrayList<>(names);
    captures.add(number);
    String[] places = captures.toArray(String[]::new);
    for (String field : was.keySet()) {
      if (!now.containsKey(field)) {
        edits.add(ConfEdit.remove(section + field, places));
      }
    }
    now.forEach(
        (field, value) -> {
          if (!value.equals(was.get(field))) {
            edits.add(ConfEdit.set(section + field, value, places));
          }
        });
  }
}
