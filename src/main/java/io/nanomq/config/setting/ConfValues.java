package io.nanomq.config.setting;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.FormerKeys;
import io.nanomq.config.key.JsonString;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every setting that a configuration gives, and the table's default for those it does not.
 * Immutable.
 */
public final class ConfValues {
  /** Nothing given: the table's defaults. */
  public static final ConfValues NONE = new ConfValues(Map.of());

  private static final double MOST_TIMES = 100;
  private static final double THOUSAND = 1000;

  private final Map<String, ConfEntry> entries;
  private final PathIndex index;

  public ConfValues(Map<String, ConfEntry> entries) {
    this.entries = new LinkedHashMap<>(entries);
    FormerKeys.SUCCESSORS.forEach(this::succeed);
    this.index = new PathIndex(this.entries.values());
  }

  /** What a former name says holds for the key in its place, where that one says nothing. */
  private void succeed(String former, String id) {
    ConfEntry entry = entries.get(former);
    if (entry != null) {
      Object value = entry.value();
      boolean isThousandths = value instanceof Double number && number > MOST_TIMES;
      Object counts = isThousandths ? (Double) value / THOUSAND : value;
      entries.putIfAbsent(
          id, new ConfEntry(KeyTable.get().byId(id), id, counts, entry.raw(), entry.origin()));
    }
  }

  /** What was given, by path, without defaults. */
  public Map<String, ConfEntry> given() {
    return Collections.unmodifiableMap(entries);
  }

  /** Null where the setting was not given. */
  public @Nullable ConfEntry entry(String id, String... captures) {
    return entries.get(path(id, captures));
  }

  public boolean isGiven(String id, String... captures) {
    return entries.containsKey(path(id, captures));
  }

  /** Where the value in use came from. */
  public ConfOrigin origin(String id, String... captures) {
    ConfEntry entry = entry(id, captures);
    return entry == null ? ConfOrigin.DEFAULT : entry.origin();
  }

  public boolean bool(String id, String... captures) {
    return (Boolean) required(id, captures);
  }

  /** The given value, or another where none was given. */
  public boolean bool(String id, boolean otherwise, String... captures) {
    ConfEntry entry = entry(id, captures);
    return entry == null ? otherwise : (Boolean) entry.value();
  }

  public long number(String id, String... captures) {
    return (Long) required(id, captures);
  }

  public int integer(String id, String... captures) {
    return Math.toIntExact(number(id, captures));
  }

  /** Whole seconds of a duration, rounded up so that a little is never nothing. */
  public long seconds(String id, String... captures) {
    return (number(id, captures) + 999) / 1000;
  }

  public double decimal(String id, String... captures) {
    return (Double) required(id, captures);
  }

  /** Empty where unset. */
  public String text(String id, String... captures) {
    Object value = value(id, captures);
    return value == null ? "" : (String) value;
  }

  @SuppressWarnings("unchecked") // what list types answer
  public List<String> list(String id, String... captures) {
    Object value = value(id, captures);
    return value == null ? List.of() : (List<String>) value;
  }

  private Object required(String id, String... captures) {
    return Objects.requireNonNull(value(id, captures), id);
  }

  /** The value in use, null where there is none. */
  public @Nullable Object value(String id, String... captures) {
    ConfEntry entry = entry(id, captures);
    return entry == null ? defaultOf(KeyTable.get().byId(id)) : entry.value();
  }

  /**
   * As it may be shown: the reference that stands there for a variable or a file, else the value in
   * use, null where there is none.
   */
  public @Nullable Object written(String id, String... captures) {
    ConfEntry entry = entry(id, captures);
    return entry != null && entry.isReference() ? entry.raw() : value(id, captures);
  }

  /** The table's default as a typed value, null where there is none. */
  public static @Nullable Object defaultOf(ConfKey key) {
    if (key.defaultText() == null) {
      return null;
    }
    try {
      return key.type().parse(key.defaultText(), Syntax.KEY_VALUE);
    } catch (ConfValueException e) {
      throw new IllegalStateException("default of " + key.id() + " " + e.reason(), e);
    }
  }

  /** Every setting that was given whose path starts like that. */
  public List<ConfEntry> below(String prefix) {
    return index.below(prefix);
  }

  /**
   * What stands where a path goes on after a prefix: names of listeners, numbers of rules.
   *
   * @param prefix with its final dot, such as {@code bridges.mqtt.}
   */
  public Set<String> names(String prefix) {
    Set<String> names = new LinkedHashSet<>();
    below(prefix).forEach(entry -> names.add(firstPart(entry.path().substring(prefix.length()))));
    return names;
  }

  /** The same of numbers, in their order. */
  public List<String> numbers(String prefix) {
    return names(prefix).stream().sorted(Comparator.comparingInt(Integer::parseInt)).toList();
  }

  /**
   * Texts by their names.
   *
   * @param section whose keys are {@code <name>}, with a dot at its end
   */
  public Map<String, String> texts(String section) {
    Map<String, String> texts = new LinkedHashMap<>();
    names(section).forEach(name -> texts.put(name, text(section + "<name>", name)));
    return texts;
  }

  public static String firstPart(String rest) {
    if (!rest.startsWith("\"")) {
      int dot = rest.indexOf('.');
      return dot < 0 ? rest : rest.substring(0, dot);
    }
    int end = 1;
    while (end < rest.length() && rest.charAt(end) != '"') {
      end += rest.charAt(end) == '\\' ? 2 : 1;
    }
    String name = JsonString.unquote(rest.substring(0, Math.min(end + 1, rest.length())));
    return name == null ? rest : name;
  }

  private static String path(String id, String... captures) {
    return captures.length == 0 ? id : KeyMatch.path(KeyTable.get().byId(id), List.of(captures));
  }
}
