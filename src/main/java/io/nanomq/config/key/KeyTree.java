package io.nanomq.config.key;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of one format as a tree of their parts, so that a lookup costs the length of the name and
 * not of the table. Filled once, then only read.
 */
public final class KeyTree {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Map<String, KeyTree> children = new HashMap<>();
  private @Nullable KeyTree number;
  private @Nullable KeyTree name;
  private @Nullable ConfKey key;
  private @Nullable ConfKey section;

  void add(String pattern, ConfKey row) {
    KeyTree node = this;
    for (String part : pattern.split("\\.")) {
      if (part.equals("**")) {
        node.section = row;
        return;
      }
      node = node.child(part);
    }
    if (node.key != null) {
      throw new IllegalStateException("two rows for " + pattern);
    }
    node.key = row;
  }

  private KeyTree child(String part) {
    switch (part) {
      case "<n>":
        number = number == null ? new KeyTree() : number;
        return number;
      case "<name>":
        name = name == null ? new KeyTree() : name;
        return name;
      default:
        return children.computeIfAbsent(part, p -> new KeyTree());
    }
  }

  /** Whether the parts lead to something that is not a value itself but holds some. */
  public boolean isSection(List<String> path) {
    KeyTree node = at(path);
    return node != null && node.hasInside();
  }

  /** The same, and whether the last part is a name of the table, not one that somebody chose. */
  public boolean isKnownSection(List<String> path) {
    KeyTree parent = path.isEmpty() ? null : at(path.subList(0, path.size() - 1));
    return parent != null
        && parent.children.containsKey(path.get(path.size() - 1))
        && isSection(path);
  }

  /** What may stand in a section, in alphabetical order; empty where the path is none. */
  List<String> members(List<String> path) {
    KeyTree node = at(path);
    if (node == null) {
      return List.of();
    }
    List<String> members = new ArrayList<>(new TreeSet<>(node.children.keySet()));
    if (node.name != null) {
      members.add("<name>");
    }
    return members;
  }

  private boolean hasInside() {
    return !children.isEmpty() || number != null || name != null;
  }

  private @Nullable KeyTree at(List<String> path) {
    KeyTree node = this;
    for (String part : path) {
      node = node.step(part);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private @Nullable KeyTree step(String part) {
    KeyTree literal = children.get(part);
    if (literal != null) {
      return literal;
    }
    return number != null && isNumber(part) ? number : name;
  }

  Optional<KeyMatch> match(List<String> path) {
    return match(path, 0, new ArrayList<>());
  }

  private Optional<KeyMatch> match(List<String> path, int at, List<String> captures) {
    if (at == path.size()) {
      // A section that the table knows keys of is not taken as a whole, only what is left of it.
      ConfKey row = key == null && !hasInside() ? section : key;
      return Optional.ofNullable(row).map(found -> new KeyMatch(found, captures));
    }
    String part = path.get(at);
    KeyTree literal = children.get(part);
    if (literal != null) {
      return literal.match(path, at + 1, captures);
    }
    if (section != null) {
      return Optional.of(new KeyMatch(section, captures));
    }
    if (number != null && isNumber(part)) {
      captures.add(part);
      return number.match(path, at + 1, captures);
    }
    return name == null || part.isEmpty() ? Optional.empty() : name.matchNamed(path, at, captures);
  }

  private Optional<KeyMatch> matchNamed(List<String> path, int at, List<String> captures) {
    // A name that ends the pattern may hold dots itself: web.hook.headers.x.y
    boolean isLast = children.isEmpty() && number == null && name == null;
    int end = isLast ? path.size() : at + 1;
    captures.add(String.join(".", path.subList(at, end)));
    return match(path, end, captures);
  }

  /** The path of what a section has under that name. */
  public static List<String> below(List<String> path, String name) {
    List<String> below = new ArrayList<>(path);
    below.add(name);
    return below;
  }

  public static boolean isNumber(String part) {
    return NUMBER.matcher(part).matches();
  }
}
