package io.nanomq.config.document.hocon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An upper bound of what a document becomes when its substitutions are filled in, found without
 * filling them in. Paths end every element with {@link #END}, so that one path is within another
 * where it starts with it.
 */
final class HoconGrowth {
  static final char END = '\0';

  /** What a value counts beside its characters. */
  static final int TOKEN = 32;

  private static final double IN_PROGRESS = -1;

  private record Reference(String place, String target, HoconPlaces.Place at) {}

  private final NavigableMap<String, Long> values = new TreeMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final Map<String, Double> sizes = new HashMap<>();
  private long total;
  private boolean hasIncluded;
  private boolean isUnclear;

  /** From now on paths are those of an included file, and nobody knows where that will be. */
  void included() {
    hasIncluded = true;
  }

  /** A value of so many characters at a path. */
  void value(String place, int length) {
    total += length + TOKEN;
    values.merge(place, (long) length + TOKEN, Long::sum);
  }

  /**
   * A substitution at a path.
   *
   * @param at where it is written
   */
  void reference(String place, String target, HoconPlaces.Place at) {
    isUnclear |= hasIncluded;
    references.add(new Reference(place, target, at));
  }

  /** Where the last substitution of a path is written: in the document, else in included files. */
  Optional<HoconPlaces.Place> substitution(List<String> path) {
    String place = END + String.join(String.valueOf(END), path) + END;
    return last(each -> place.equals(END + each.place()))
        .or(() -> last(each -> isWithin(place, each.place())));
  }

  /** Where a variable is named last. */
  Optional<HoconPlaces.Place> variable(String name) {
    return last(each -> each.target().equals(name + END));
  }

  private Optional<HoconPlaces.Place> last(Predicate<Reference> which) {
    return references.stream().filter(which).reduce((one, other) -> other).map(Reference::at);
  }

  /** A file knows nothing of the section that it is included in. */
  private static boolean isWithin(String path, String place) {
    return !place.isEmpty() && path.endsWith(END + place);
  }

  /** Names that stand alone in substitutions, as those of variables do. */
  Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Reference reference : references) {
      String target = reference.target();
      if (!target.isEmpty() && target.indexOf(END) == target.length() - 1) {
        names.add(target.substring(0, target.length() - 1));
      }
    }
    return names;
  }

  /** The bound, in characters and {@link #TOKEN} for each value. */
  double size(Map<String, String> environment) {
    sizes.clear();
    double size = total;
    for (Reference reference : references) {
      size += size(reference.target(), environment);
    }
    // Of a circle only the order of the document tells what it means: then the worst there is with
    // so many substitutions, a chain in which each value names the one before three times.
    return isUnclear ? size + total * Math.pow(3, references.size() / 3.0) : size;
  }

  private double size(String target, Map<String, String> environment) {
    Double known = sizes.get(target);
    if (known != null) {
      isUnclear |= known == IN_PROGRESS;
      return Math.max(0, known);
    }
    sizes.put(target, IN_PROGRESS);
    double size = written(target) + variable(target, environment);
    for (Reference reference : references) {
      String place = reference.place();
      if (place.startsWith(target) || target.startsWith(place)) {
        size += size(reference.target(), environment);
      }
    }
    sizes.put(target, size);
    return size;
  }

  /** What stands in the document under that path, or may stand there. */
  private long written(String target) {
    if (hasIncluded) {
      return total;
    }
    long size = 0;
    for (long value : values.subMap(target, true, target + Character.MAX_VALUE, true).values()) {
      size += value;
    }
    for (int end = 0; end < target.length(); end = target.indexOf(END, end) + 1) {
      size += values.getOrDefault(target.substring(0, end), 0L);
    }
    return size;
  }

  private static int variable(String target, Map<String, String> environment) {
    return environment.getOrDefault(target.replace(String.valueOf(END), ""), "").length();
  }
}
