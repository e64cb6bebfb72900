package io.nanomq.api;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the query string of a list asks for.
 *
 * @param filter which elements
 * @param page which part of them, null = all
 */
record ListRequest<T>(Predicate<T> filter, @Nullable Page page) {

  /**
   * Reads {@code _page} and {@code _limit}, and everything else as filters.
   *
   * @throws ApiException 400/108
   */
  static <T> ListRequest<T> parse(UriInfo request, QueryFilter<T> filters) {
    MultivaluedMap<String, String> query = new MultivaluedHashMap<>(request.getQueryParameters());
    List<String> page = query.remove(Page.PAGE);
    List<String> limit = query.remove(Page.LIMIT);
    boolean paged = page != null || limit != null;
    return new ListRequest<>(
        filters.parse(query), paged ? Page.parse(only(page), only(limit)) : null);
  }

  private static @Nullable String only(@Nullable List<String> values) {
    if (values != null && values.size() > 1) {
      throw ApiException.badParameter("Query parameter given more than once");
    }
    return values == null ? null : values.get(0);
  }

  /**
   * The answer: all elements as they come, or one page of them in an order that stays.
   *
   * @param elsewhere where long lists are sorted, which is no work for an event loop
   */
  <V> CompletionStage<Object> answer(
      CompletionStage<List<T>> all, Comparator<T> order, Function<T, V> view, Executor elsewhere) {
    Page asked = page;
    return asked == null
        ? all.thenApply(list -> ApiResult.of(list.stream().filter(filter).map(view).toList()))
        : all.thenApplyAsync(list -> asked.of(sorted(list, order), view), elsewhere);
  }

  private List<T> sorted(List<T> list, Comparator<T> order) {
    return list.stream().filter(filter).sorted(order).toList();
  }
}
