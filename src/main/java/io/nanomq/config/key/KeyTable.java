package io.nanomq.config.key;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one table of keys, and the ways to find a row in it. Immutable, shared by all threads. */
public final class KeyTable {
  /** A file of nonsense has thousands of unknown names; help with the first ones is enough. */
  public static final int HELPED_NAMES = 50;

  /** Where the rows are, in the order of the documentation. */
  private static final List<String> FILES =
      List.of(
          "process",
          "mqtt",
          "limits",
          "listeners",
          "http",
          "auth",
          "bridges",
          "events",
          "rules",
          "former");

  private static final KeyTable INSTANCE = new KeyTable();

  private final List<ConfKey> keys = new ArrayList<>();
  private final Map<String, ConfKey> byId = new HashMap<>();
  private final Map<String, ConfKey> byEnvironment = new HashMap<>();
  private final Map<String, ConfKey> byOption = new HashMap<>();
  private final KeyTree keyValue = new KeyTree();
  private final KeyTree hocon = new KeyTree();

  private KeyTable() {
    FILES.forEach(file -> add(KeyRows.read(file + ".keys")));
  }

  private void add(List<ConfKey> more) {
    for (ConfKey key : more) {
      keys.add(key);
      if (byId.put(key.id(), key) != null) {
        throw new IllegalStateException("two rows named " + key.id());
      }
      if (!key.keyValue().isEmpty()) {
        keyValue.add(key.keyValue(), key);
      }
      String named = KeyMatch.ofNamedBridge(key);
      if (!named.isEmpty() && !named.equals(key.keyValue())) {
        keyValue.add(named, key);
      }
      if (!key.hocon().isEmpty()) {
        hocon.add(key.hocon(), key);
      }
      if (!key.environment().isEmpty()) {
        byEnvironment.put(key.environment(), key);
      }
      for (String option : key.options().isEmpty() ? new String[0] : key.options().split(", ")) {
        byOption.put(option, key);
      }
    }
  }

  public static KeyTable get() {
    return INSTANCE;
  }

  /** All rows, in the order of the documentation. */
  public List<ConfKey> keys() {
    return List.copyOf(keys);
  }

  /**
   * @throws IllegalArgumentException where no row has that id: a mistake in our code
   */
  public ConfKey byId(String id) {
    ConfKey key = byId.get(id);
    if (key == null) {
      throw new IllegalArgumentException("no key " + id);
    }
    return key;
  }

  public Optional<ConfKey> byEnvironment(String variable) {
    return Optional.ofNullable(byEnvironment.get(variable));
  }

  public Optional<ConfKey> byOption(String option) {
    return Optional.ofNullable(byOption.get(option));
  }

  /** The row of a name in a key=value file. */
  public Optional<KeyMatch> matchKeyValue(String name) {
    List<String> parts = List.of(name.split("\\.", -1));
    // A section is no key: bridge.mqtt.adress is a mistake, and no bridge of that name.
    return keyValue.match(parts).filter(match -> !isSectionItself(match.key(), parts));
  }

  private static boolean isSectionItself(ConfKey key, List<String> parts) {
    return key.type() == ConfType.SECTION
        && parts.size() < KeyPattern.of(key.keyValue()).parts().size();
  }

  /** The row of a path in a HOCON file. */
  public Optional<KeyMatch> matchHocon(List<String> path) {
    return hocon.match(path);
  }

  public KeyTree hocon() {
    return hocon;
  }

  /** What a wrong key=value name most likely meant, else the keys that its section has. */
  public String hintKeyValue(String name) {
    List<String> path = List.of(name.split("\\.", -1));
    Optional<ConfKey> other = hocon.match(path).map(KeyMatch::key);
    String nearest =
        other.map(ConfKey::keyValue).filter(k -> !k.isEmpty()).orElse(nearestKeyValue(name));
    return nearest.isEmpty() ? members(keyValue, path) : nearest;
  }

  /** What a wrong HOCON path most likely meant, else the keys that its section has. */
  public String hintHocon(List<String> path) {
    Optional<ConfKey> other = matchKeyValue(String.join(".", path)).map(KeyMatch::key);
    if (other.isPresent() && !other.get().hocon().isEmpty()) {
      return other.get().hocon();
    }
    if (path.size() == 1 || hocon.members(parent(path)).isEmpty()) {
      return nearestHocon(String.join(".", path));
    }
    String last = path.get(path.size() - 1);
    String nearest = Nearest.of(last, hocon.members(parent(path)));
    return nearest.isEmpty()
        ? members(hocon, path)
        : String.join(".", parent(path)) + "." + nearest;
  }

  private static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static String members(KeyTree tree, List<String> path) {
    List<String> members = path.size() == 1 ? List.of() : tree.members(parent(path));
    return members.isEmpty()
        ? ""
        : "one of " + String.join(", ", members) + " in " + String.join(".", parent(path));
  }

  /** The known key=value name that a wrong one most likely meant; empty where none is near. */
  String nearestKeyValue(String name) {
    return Nearest.of(name, names(keys.stream().map(ConfKey::keyValue).toList()));
  }

  /** The known HOCON path that a wrong one most likely meant; empty where none is near. */
  String nearestHocon(String path) {
    return Nearest.of(path, names(keys.stream().map(ConfKey::hocon).toList()));
  }

  public String nearestEnvironment(String variable) {
    return Nearest.of(variable, byEnvironment.keySet());
  }

  /**
   * @param others options that are no keys
   */
  public String nearestOption(String option, List<String> others) {
    List<String> known = new ArrayList<>(byOption.keySet());
    known.addAll(others);
    return Nearest.of(option, known);
  }

  private static List<String> names(List<String> all) {
    return all.stream().filter(n -> !n.isEmpty() && !n.endsWith("**")).toList();
  }
}
