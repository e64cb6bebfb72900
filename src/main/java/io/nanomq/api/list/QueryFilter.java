package io.nanomq.api.list;

import io.nanomq.api.json.ApiException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns a query string into a condition on the elements of a list. Several parameters must all
 * hold. What it does not know it refuses, with 400/108: a misspelt filter that is ignored would
 * answer everything.
 */
public final class QueryFilter<T> {
  /** What it may be, null = any text. */
  private record Parameter<T>(@Nullable List<String> words, BiPredicate<T, String> test) {}

  private final Map<String, Parameter<T>> parameters = new LinkedHashMap<>();

  /** A parameter of any text. */
  public QueryFilter<T> text(String name, BiPredicate<T, String> test) {
    parameters.put(name, new Parameter<>(null, test));
    return this;
  }

  /** A parameter that is one of {@code words}. */
  public QueryFilter<T> oneOf(String name, List<String> words, BiPredicate<T, String> test) {
    parameters.put(name, new Parameter<>(words, test));
    return this;
  }

  /**
   * The parameters in the order of their declaration, each with what it may be; null = any text.
   */
  public Map<String, @Nullable List<String>> names() {
    Map<String, @Nullable List<String>> names = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> names.put(name, parameter.words()));
    return names;
  }

  /**
   * The condition that {@code query}, already decoded, stands for.
   *
   * @throws ApiException 400/108 for a name that was not declared, a name that comes twice, and a
   *     value that the parameter cannot have
   */
  public Predicate<T> parse(MultivaluedMap<String, String> query) {
    Predicate<T> all = element -> true;
    for (Map.Entry<String, List<String>> entry : query.entrySet()) {
      all = all.and(condition(entry.getKey(), entry.getValue()));
    }
    return all;
  }

  private Predicate<T> condition(String name, List<String> values) {
    Parameter<T> parameter = parameters.get(name);
    if (parameter == null) {
      throw ApiException.badParameter("Unknown query parameter: " + name);
    }
    if (values.size() != 1) {
      throw ApiException.badParameter("Query parameter given more than once: " + name);
    }
    String value = values.get(0);
    List<String> words = parameter.words();
    if (words != null && !words.contains(value)) {
      throw ApiException.badParameter("Illegal value of query parameter " + name + ": " + value);
    }
    return element -> parameter.test().test(element, value);
  }
}
