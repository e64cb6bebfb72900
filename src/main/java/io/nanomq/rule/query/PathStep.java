package io.nanomq.rule.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step down in JSON: a member, or an element of a list.
 *
 * @param name of the member; null = an element
 * @param index of the element, from 0
 */
record PathStep(@Nullable String name, int index) {
  static PathStep member(String name) {
    return new PathStep(name, 0);
  }

  static PathStep element(int index) {
    return new PathStep(null, index);
  }

  /** Null where there is nothing. */
  static @Nullable JsonNode walk(@Nullable JsonNode from, List<PathStep> path) {
    JsonNode node = from;
    for (PathStep step : path) {
      if (node == null) {
        return null;
      }
      node = step.name == null ? node.get(step.index) : node.get(step.name);
    }
    return node;
  }

  static String text(List<PathStep> path) {
    StringBuilder text = new StringBuilder();
    for (PathStep step : path) {
      if (step.name == null) {
        text.append('[').append(step.index).append(']');
      } else {
        text.append('.').append(Query.quoted(step.name));
      }
    }
    return text.toString();
  }
}
