package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists of topics of a POST's {@code bridge}. What an entry of the document says beside topic and
 * QoS stays with its topic; entries behind the end of a shorter list go.
 */
final class BridgeTopicsPatch {
  private static final String B = "bridges.mqtt.<name>.";

  private final ConfValues values;
  private final String bridge;
  private final List<ConfEdit> edits;
  private final List<ConfProblem> problems;

  BridgeTopicsPatch(
      LoadedConf stored, String bridge, List<ConfEdit> edits, List<ConfProblem> problems) {
    this.values = stored.values();
    this.bridge = bridge;
    this.edits = edits;
    this.problems = problems;
  }

  void read(String name, Object value) {
    if (!(value instanceof List<?> list)) {
      problem("data.bridge." + name, value, "is not a list", "[...]");
    } else if (name.equals("forwards")) {
      forwards(list);
    } else {
      subscriptions(list);
    }
  }

  private void forwards(List<?> list) {
    List<String> topics = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof String topic && !topic.isEmpty()) {
        topics.add(topic);
      } else {
        problem("data.bridge.forwards[" + i + "]", list.get(i), "is not a topic", "a text");
      }
    }
    Set<String> numbers = values.names(path("forwards."));
    if (numbers.isEmpty()) {
      edits.add(
          topics.isEmpty()
              ? ConfEdit.remove(B + "forwards", bridge)
              : ConfEdit.set(B + "forwards", topics, bridge));
      return;
    }
    List<Map<String, Object>> elements = new ArrayList<>();
    for (String topic : topics) {
      Map<String, Object> element = new LinkedHashMap<>();
      element.put("remote_topic", topic);
      element.put("local_topic", topic);
      elements.add(kept("forwards.", "local_topic", topic, element));
    }
    write("forwards.", elements);
  }

  private void subscriptions(List<?> list) {
    List<Map<String, Object>> elements = new ArrayList<>();
    ConfField qos = new ConfField("bridge", "qos", B + "subscription.<n>.qos");
    for (int i = 0; i < list.size(); i++) {
      String at = "data.bridge.subscription[" + i + "]";
      if (!(list.get(i) instanceof Map<?, ?> member)
          || !Set.of("topic", "qos").containsAll(member.keySet())) {
        problem(at, list.get(i), "is not a subscription", "{\"topic\": \"...\", \"qos\": 1}");
        continue;
      }
      if (!(member.get("topic") instanceof String topic) || topic.isEmpty()) {
        problem(at + ".topic", member.get("topic"), "is not a topic", "a text");
        continue;
      }
      Map<String, Object> element = new LinkedHashMap<>();
      element.put("remote_topic", topic);
      try {
        Object level = member.get("qos");
        element = kept("subscription.", "remote_topic", topic, element);
        element.put("qos", qos.fromJson(level == null ? 0L : level));
      } catch (ConfValueException e) {
        problem(at + ".qos", member.get("qos"), e.reason(), e.expected());
      }
      elements.add(element);
    }
    write("subscription.", elements);
  }

  /** An entry that the document has for this topic, with all it says; else the given one. */
  private Map<String, Object> kept(
      String list, String field, String topic, Map<String, Object> otherwise) {
    for (String number : values.names(path(list))) {
      if (values.text(B + list + "<n>." + field, bridge, number).equals(topic)) {
        return entry(list, number);
      }
    }
    return otherwise;
  }

  private Map<String, Object> entry(String list, String number) {
    Map<String, Object> entry = new LinkedHashMap<>();
    String prefix = path(list) + number + ".";
    values.below(prefix).forEach(e -> entry.put(e.path().substring(prefix.length()), e.value()));
    return entry;
  }

  /** All entries that the document has, with all they say. */
  List<Map<String, Object>> entries(String list) {
    List<Map<String, Object>> entries = new ArrayList<>();
    values.names(path(list)).forEach(number -> entries.add(entry(list, number)));
    return entries;
  }

  /** Makes the document's entries these, with as few edits as it takes. */
  void write(String list, List<Map<String, Object>> elements) {
    int before = 0;
    for (String number : values.names(path(list))) {
      before = Math.max(before, Integer.parseInt(number));
    }
    for (int i = 1; i <= Math.max(before, elements.size()); i++) {
      String number = String.valueOf(i);
      Map<String, Object> now = i <= elements.size() ? elements.get(i - 1) : Map.of();
      Map<String, Object> was = entry(list, number);
      for (String field : was.keySet()) {
        if (!now.containsKey(field)) {
          edits.add(ConfEdit.remove(B + list + "<n>." + field, bridge, number));
        }
      }
      now.forEach(
          (field, value) -> {
            // A list of HOCON is written as a whole, so only changes matter in both formats.
            if (!value.equals(was.get(field))) {
              edits.add(ConfEdit.set(B + list + "<n>." + field, value, bridge, number));
            }
          });
    }
  }

  private String path(String list) {
    return "bridges.mqtt." + KeyMatch.quoted(bridge) + "." + list;
  }

  private void problem(String path, @Nullable Object value, String reason, String expected) {
    problems.add(PatchReader.inRequest(path, value, reason, expected));
  }
}
