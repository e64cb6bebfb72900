package io.nanomq.api.list;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nanomq.api.json.ApiException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One list of the API: the fields of its elements, and which of them it is filtered and sorted by.
 * What a query asks for and is not here is refused with 400/108: a misspelt filter that is ignored
 * would answer everything. Filled when its class is loaded, and never changed afterwards.
 */
public final class ListTable<T> {
  static final String FIELDS = "_fields";
  static final String SORT = "_sort";

  private final Map<String, Column<T>> columns = new LinkedHashMap<>();
  private final Map<String, Filter<T>> filters = new LinkedHashMap<>();
  private @Nullable Comparator<T> order;

  /**
   * One field of the elements.
   *
   * @param value reads it; null = the field is left out
   * @param isKey whether the list may be sorted by it
   */
  public record Column<T>(String name, Class<?> type, Function<T, ?> value, boolean isKey) {}

  /**
   * One query parameter.
   *
   * @param words all that it may be, none = any text
   */
  public record Filter<T>(List<String> words, BiPredicate<T, String> test) {}

  /** What a list is sorted by. */
  public record Sort<T>(Column<T> column, boolean isDescending) {

    /** Value of the column, the same type for all elements; null where the field is left out. */
    public @Nullable Comparable<?> key(T element) {
      return (Comparable<?>) column.value().apply(element);
    }

    /** The order of the keys; what has none comes after all that have one. */
    public Comparator<@Nullable Comparable<?>> order() {
      Comparator<@Nullable Comparable<?>> natural = Comparator.nullsLast(ListTable::compare);
      return isDescending ? natural.reversed() : natural;
    }
  }

  @SuppressWarnings("unchecked") // both come from one column
  private static int compare(Comparable<?> a, Comparable<?> b) {
    return ((Comparable<Object>) a).compareTo(b);
  }

  /** A field that the list may be sorted by. */
  public <C extends Comparable<C>> ListTable<T> column(
      String name, Class<C> type, Function<T, C> value) {
    columns.put(name, new Column<>(name, type, value, true));
    return this;
  }

  /** A field that is shown only. */
  public ListTable<T> shown(String name, Class<?> type, Function<T, ?> value) {
    columns.put(name, new Column<>(name, type, value, false));
    return this;
  }

  /**
   * A query parameter that a column of the same name must be equal to.
   *
   * @param words all that it may be, none = any text
   */
  public ListTable<T> filter(String column, String... words) {
    Function<T, ?> value = Objects.requireNonNull(columns.get(column), column).value();
    filters.put(
        column,
        new Filter<>(
            List.of(words), (element, text) -> text.equals(String.valueOf(value.apply(element)))));
    return this;
  }

  /** A query parameter of any text. */
  public ListTable<T> filter(String name, BiPredicate<T, String> test) {
    filters.put(name, new Filter<>(List.of(), test));
    return this;
  }

  /** The order of pages, and of elements that are equal in what they are sorted by. */
  public ListTable<T> ordered(Comparator<T> by) {
    order = by;
    return this;
  }

  /** The same list without one of its filters. */
  public ListTable<T> without(String filter) {
    var copy = new ListTable<T>();
    copy.columns.putAll(columns);
    copy.filters.putAll(filters);
    copy.filters.remove(filter);
    copy.order = order;
    return copy;
  }

  public List<Column<T>> columns() {
    return List.copyOf(columns.values());
  }

  public Map<String, Filter<T>> filters() {
    return Collections.unmodifiableMap(filters);
  }

  @Nullable Comparator<T> order() {
    return order;
  }

  /**
   * The condition that {@code query}, already decoded, stands for: all of its parameters must hold.
   *
   * @throws ApiException 400/108 for a name that is no filter, a name that comes twice, and a value
   *     that the parameter cannot have
   */
  public Predicate<T> where(MultivaluedMap<String, String> query) {
    Predicate<T> all = element -> true;
    for (Map.Entry<String, List<String>> entry : query.entrySet()) {
      all = all.and(condition(entry.getKey(), entry.getValue()));
    }
    return all;
  }

  private Predicate<T> condition(String name, List<String> values) {
    Filter<T> filter = filters.get(name);
    if (filter == null) {
      throw ApiException.unknownParameter(name);
    }
    if (values.size() != 1) {
      throw ApiException.repeatedParameter(name);
    }
    String value = values.get(0);
    if (!filter.words().isEmpty() && !filter.words().contains(value)) {
      throw ApiException.illegalParameter(name, value);
    }
    return element -> filter.test().test(element, value);
  }

  /**
   * Reads {@code _sort}.
   *
   * @param value name of a column, with - in front from the last to the first; null = not given
   * @throws ApiException 400/108 where the list cannot be sorted by it
   */
  public @Nullable Sort<T> sort(@Nullable String value) {
    if (value == null) {
      return null;
    }
    boolean isDescending = value.startsWith("-");
    String name = isDescending ? value.substring(1) : value;
    Column<T> column = columns.get(name);
    if (column == null || !column.isKey()) {
      throw ApiException.badParameter(
          "Cannot sort by " + name + "; _sort takes " + names(Column::isKey));
    }
    return new Sort<>(column, isDescending);
  }

  /**
   * Writes elements, in the order of the columns.
   *
   * @param fields names of columns with commas; null = all of them
   * @throws ApiException 400/108 for a name that is none of them
   */
  public JsonList.Row<T> row(@Nullable String fields) {
    List<Column<T>> some = new ArrayList<>(columns.values());
    if (fields != null) {
      Set<String> wanted = Set.copyOf(Arrays.asList(fields.split(",", -1)));
      for (String name : wanted) {
        if (!columns.containsKey(name)) {
          throw ApiException.badParameter(
              "Unknown field in _fields: " + name + "; there are " + names(all -> true));
        }
      }
      some.removeIf(column -> !wanted.contains(column.name()));
    }
    return (element, to) -> write(element, some, to);
  }

  private String names(Predicate<Column<T>> which) {
    return String.join(", ", columns.values().stream().filter(which).map(Column::name).toList());
  }

  /** The answer: all these elements, in their order. */
  public JsonList<T> all(List<T> elements) {
    return new JsonList<>(null, ListWork.batch(elements), row(null));
  }

  private static <T> void write(T element, List<Column<T>> columns, JsonGenerator to)
      throws IOException {
    to.writeStartObject();
    for (Column<T> column : columns) {
      Object value = column.value().apply(element);
      if (value != null) {
        to.writeFieldName(column.name());
        write(value, to);
      }
    }
    to.writeEndObject();
  }

  // The generator's own way for an object begins a serialization for each value.
  private static void write(Object value, JsonGenerator to) throws IOException {
    if (value instanceof String text) {
      to.writeString(text);
    } else if (value instanceof Integer || value instanceof Long) {
      to.writeNumber(((Number) value).longValue());
    } else if (value instanceof Boolean flag) {
      to.writeBoolean(flag);
    } else {
      to.writePOJO(value);
    }
  }
}
