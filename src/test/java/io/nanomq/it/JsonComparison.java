package io.nanomq.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Compares two answers: names, their order, types, and values but those that change from second to
 * second, which the expected side has as {@code <word>}. Lists of clients and subscriptions have no
 * order in the reference, so their elements are found by their names.
 */
final class JsonComparison {
  private static final Map<String, String> PATTERNS =
      Map.of(
          "<datetime>", "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d",
          "<uptime>", "\\d+ Hours, \\d+ minutes, \\d+ seconds",
          "<version>", "\\S+",
          "<pem>", "(?s)-----BEGIN [A-Z ]+-----\n.*");

  private final String label;
  private final boolean values;
  private final List<AnswerDifference> found = new ArrayList<>();

  /**
   * @param values whether values count, or only their types
   */
  private JsonComparison(String label, boolean values) {
    this.label = label;
    this.values = values;
  }

  static List<AnswerDifference> of(String label, JsonNode before, JsonNode here) {
    var comparison = new JsonComparison(label, true);
    comparison.node("", before, here);
    return comparison.found;
  }

  /** Without values, and of arrays of objects only the first elements. */
  static List<AnswerDifference> ofShapes(String label, JsonNode before, JsonNode here) {
    var comparison = new JsonComparison(label, false);
    comparison.node("", before, here);
    return comparison.found;
  }

  private void node(String path, JsonNode before, JsonNode here) {
    if (before.getNodeType() != here.getNodeType()) {
      add(path, text(before), text(here));
    } else if (before.isObject()) {
      object(path, before, here);
    } else if (before.isArray()) {
      array(path, before, here);
    } else if (values && !isSame(before, here)) {
      add(path, text(before), text(here));
    }
  }

  private static boolean isSame(JsonNode before, JsonNode here) {
    String pattern = PATTERNS.get(before.asText());
    return pattern == null ? before.equals(here) : here.asText().matches(pattern);
  }

  private void object(String path, JsonNode before, JsonNode here) {
    String prefix = path.isEmpty() ? "" : path + ".";
    List<String> expected = names(before);
    List<String> actual = names(here);
    for (String name : expected) {
      if (here.has(name)) {
        node(prefix + name, before.get(name), here.get(name));
      }
    }
    presence(prefix, "", expected, actual);
    order(path, expected, actual);
  }

  private void presence(String prefix, String suffix, List<String> expected, List<String> actual) {
    expected.stream()
        .filter(name -> !actual.contains(name))
        .forEach(
            name -> add(prefix + name + suffix, AnswerDifference.PRESENT, AnswerDifference.ABSENT));
    actual.stream()
        .filter(name -> !expected.contains(name))
        .forEach(
            name -> add(prefix + name + suffix, AnswerDifference.ABSENT, AnswerDifference.PRESENT));
  }

  private void order(String path, List<String> expected, List<String> actual) {
    var common = new ArrayList<>(actual);
    common.retainAll(expected);
    var wanted = new ArrayList<>(expected);
    wanted.retainAll(actual);
    if (!common.equals(wanted)) {
      add(path + " order", wanted.toString(), common.toString());
    }
  }

  private void array(String path, JsonNode before, JsonNode here) {
    Map<String, JsonNode> expected = byName(before);
    Map<String, JsonNode> actual = byName(here);
    if (!values && before.size() > 0 && here.size() > 0) {
      node(path + "[]", before.get(0), here.get(0));
    } else if (expected.size() == before.size() && actual.size() == here.size()) {
      named(path, expected, actual);
    } else if (isTexts(before) && isTexts(here) && path.endsWith("clientid")) {
      node(path, sorted(before), sorted(here));
    } else {
      indexed(path, before, here);
    }
  }

  private void named(String path, Map<String, JsonNode> expected, Map<String, JsonNode> actual) {
    expected.forEach(
        (name, element) -> {
          if (actual.containsKey(name)) {
            node(path + "[]", element, actual.get(name));
          }
        });
    presence(path + "[", "]", List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
  }

  private void indexed(String path, JsonNode before, JsonNode here) {
    if (before.size() != here.size()) {
      add(path, before.size() + " elements", here.size() + " elements");
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      node(path + "[]", before.get(i), here.get(i));
    }
  }

  /** Elements of lists that have no order; fewer than there are where they have no names. */
  private static Map<String, JsonNode> byName(JsonNode array) {
    var found = new LinkedHashMap<String, JsonNode>();
    for (JsonNode element : array) {
      String name =
          element.has("client_id")
              ? element.get("client_id").asText()
              : element.has("qos") && element.has("clientid")
                  ? element.get("clientid").asText() + " " + element.get("topic").asText()
                  : element.has("descr") ? element.get("name").asText() : null;
      if (name != null) {
        found.put(name, element);
      }
    }
    return found;
  }

  private static boolean isTexts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .allMatch(element -> element.getNodeType() == JsonNodeType.STRING);
  }

  private static JsonNode sorted(JsonNode texts) {
    return TextNode.valueOf(
        StreamSupport.stream(texts.spliterator(), false)
            .map(JsonNode::asText)
            .sorted()
            .collect(Collectors.joining(",")));
  }

  private static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String text(JsonNode node) {
    return node.isContainerNode()
        ? node.getNodeType().name().toLowerCase(Locale.ROOT)
        : node.asText();
  }

  private void add(String what, String before, String here) {
    found.add(new AnswerDifference(label, what, before, here));
  }
}
