package io.nanomq.api.list;

import io.nanomq.api.json.ApiException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields that a list may be sorted by, {@code _sort=field} or {@code _sort=-field}. */
public final class SortKeys<T> {
  public static final String SORT = "_sort";

  private final Map<String, Function<T, Comparable<?>>> keys = new LinkedHashMap<>();

  /**
   * What a list is sorted by.
   *
   * @param field name of a field
   * @param key value of that field, the same type for all elements
   */
  public record Sort<T>(String field, Function<T, Comparable<?>> key, boolean descending) {

    /** The order of the keys themselves. */
    public Comparator<Comparable<?>> order() {
      Comparator<Comparable<?>> natural = SortKeys::compare;
      return descending ? natural.reversed() : natural;
    }
  }

  public SortKeys<T> by(String field, Function<T, Comparable<?>> key) {
    keys.put(field, key);
    return this;
  }

  public List<String> names() {
    return List.copyOf(keys.keySet());
  }

  /**
   * Reads the parameter.
   *
   * @param value the parameter's value, null where it is not given
   * @return null where it is not given
   * @throws ApiException 400/108 where there is no such field to sort by
   */
  public @Nullable Sort<T> parse(@Nullable String value) {
    if (value == null) {
      return null;
    }
    boolean descending = value.startsWith("-");
    String field = descending ? value.substring(1) : value;
    Function<T, Comparable<?>> key = keys.get(field);
    if (key == null) {
      throw ApiException.badParameter(
          "Cannot sort by " + field + "; _sort takes " + String.join(", ", keys.keySet()));
    }
    return new Sort<>(field, key, descending);
  }

  @SuppressWarnings("unchecked") // both come from one key function
  private static int compare(Comparable<?> a, Comparable<?> b) {
    return ((Comparable<Object>) a).compareTo(b);
  }
}
