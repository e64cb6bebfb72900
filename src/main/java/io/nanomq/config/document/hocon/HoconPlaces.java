package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where values were written. The library says of what a variable holds that it comes from the
 * environment; who has to mend it looks for the substitution in the document.
 */
final class HoconPlaces {
  /** Stands around the name of a variable that the library is told of as an origin. */
  private static final char MARK = '\0';

  /**
   * A line of the document, or of a file that it includes.
   *
   * @param line from 1; 0 where unknown
   */
  record Place(String source, int line) {}

  private final Place document;
  private final HoconGrowth growth;
  private final ConfigValue root;

  /**
   * @param root of the document, not resolved
   */
  HoconPlaces(String name, HoconGrowth growth, ConfigValue root) {
    this.document = new Place(name, 0);
    this.growth = growth;
    this.root = root;
  }

  /** Of a text that is not read yet. */
  HoconPlaces(String name) {
    this(name, new HoconGrowth(), ConfigFactory.empty().root());
  }

  /** Variables as members of an object, each of which knows its own name. */
  static ConfigObject variables(Map<String, String> variables) {
    Map<String, ConfigValue> members = new HashMap<>();
    variables.forEach(
        (name, value) ->
            members.put(name, ConfigValueFactory.fromAnyRef(value, MARK + name + MARK)));
    return ConfigValueFactory.fromMap(members);
  }

  /** Whether the library knows no place in a file. */
  static boolean isOfVariable(ConfigOrigin origin) {
    return origin.description().indexOf(MARK) >= 0;
  }

  /** Where that is, or where the variable is named that the library tells of. */
  Place of(@Nullable ConfigOrigin origin) {
    if (origin == null) {
      return document;
    }
    return isOfVariable(origin)
        ? growth.variable(origin.description().split(String.valueOf(MARK), 3)[1]).orElse(document)
        : place(origin);
  }

  /** The same, be the variable set or not. */
  Place shown(ConfigValue value, List<String> path) {
    return growth.substitution(path).orElseGet(() -> of(value, path));
  }

  /**
   * @param path where the value stands; elements of lists by their number from 1
   */
  Place of(ConfigValue value, List<String> path) {
    return isOfVariable(value.origin())
        ? growth.substitution(path).or(() -> written(path)).orElseGet(() -> of(value.origin()))
        : place(value.origin());
  }

  private static Place place(ConfigOrigin origin) {
    return new Place(HoconDocument.source(origin), Math.max(0, origin.lineNumber()));
  }

  /** Of the value, or of the innermost around it that the library can tell. */
  private Optional<Place> written(List<String> path) {
    Optional<Place> found = Optional.empty();
    ConfigValue at = root;
    try {
      for (String name : path) {
        at = at == null ? null : HoconShown.member(at, name);
        if (at != null && !isOfVariable(at.origin())) {
          found = Optional.of(place(at.origin()));
        }
      }
    } catch (ConfigException.NotResolved e) {
      return found;
    }
    return found;
  }
}
