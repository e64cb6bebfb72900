package io.nanomq.rule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force, by their filters, so that those that do not match a topic cost nothing where
 * there are thousands. Immutable.
 */
final class RuleSet {
  static final RuleSet NONE = new RuleSet(List.of());
  private static final String HASH = "#";
  private static final String PLUS = "+";

  private final List<CompiledRule> rules;
  private final Set<String> filters = new LinkedHashSet<>();
  private final Node root = new Node();

  /** A level of filters. */
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    final List<CompiledRule> rules = new ArrayList<>(1);
  }

  RuleSet(Collection<CompiledRule> rules) {
    this.rules = List.copyOf(rules);
    for (CompiledRule rule : rules) {
      for (String filter : new LinkedHashSet<>(rule.query().filters())) {
        filters.add(filter);
        Node node = root;
        for (String level : filter.split("/", -1)) {
          node = node.children.computeIfAbsent(level, each -> new Node());
        }
        node.rules.add(rule);
      }
    }
  }

  List<CompiledRule> rules() {
    return rules;
  }

  Set<String> filters() {
    return Collections.unmodifiableSet(filters);
  }

  /** Rules with a filter that matches, each once, MQTT 5.0 section 4.7. */
  Set<CompiledRule> matching(String topic) {
    Set<CompiledRule> found = new LinkedHashSet<>();
    String[] levels = topic.split("/", -1);
    List<Node> nodes = new ArrayList<>(List.of(root));
    for (int i = 0; i < levels.length && !nodes.isEmpty(); i++) {
      // Wildcards at the first level do not match topics that begin with $ [MQTT-4.7.2-1].
      boolean isHidden = i == 0 && topic.startsWith("$");
      nodes = step(nodes, levels[i], isHidden, found);
    }
    for (Node node : nodes) {
      found.addAll(node.rules);
      take(node.children.get(HASH), found);
    }
    return found;
  }

  private static List<Node> step(
      List<Node> nodes, String level, boolean isHidden, Set<CompiledRule> found) {
    List<Node> next = new ArrayList<>();
    for (Node node : nodes) {
      Node exact = node.children.get(level);
      if (exact != null) {
        next.add(exact);
      }
      if (!isHidden) {
        take(node.children.get(HASH), found);
        Node plus = node.children.get(PLUS);
        if (plus != null) {
          next.add(plus);
        }
      }
    }
    return next;
  }

  private static void take(@Nullable Node node, Set<CompiledRule> found) {
    if (node != null) {
      found.addAll(node.rules);
    }
  }
}
