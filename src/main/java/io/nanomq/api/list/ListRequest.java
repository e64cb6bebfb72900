package io.nanomq.api.list;

import io.nanomq.api.json.ApiException;
import io.nanomq.loop.BatchReader;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the query string of a list asks for.
 *
 * @param filter which elements
 * @param isFiltered whether that may leave out any
 * @param page which part of them, null = all
 * @param sort in which order, null = the list's own
 * @param row writes the fields that are asked for
 */
public record ListRequest<T>(
    Predicate<T> filter,
    boolean isFiltered,
    @Nullable Page page,
    ListTable.@Nullable Sort<T> sort,
    @Nullable Comparator<T> order,
    JsonList.Row<T> row) {

  /**
   * Reads {@code _page}, {@code _limit}, {@code _sort} and {@code _fields}, and everything else as
   * filters.
   *
   * @param others parameters that the caller reads itself
   * @throws ApiException 400/108
   */
  public static <T> ListRequest<T> parse(UriInfo request, ListTable<T> table, Set<String> others) {
    MultivaluedMap<String, String> query = new MultivaluedHashMap<>(request.getQueryParameters());
    query.keySet().removeAll(others);
    String page = only(Page.PAGE, query.remove(Page.PAGE));
    String limit = only(Page.LIMIT, query.remove(Page.LIMIT));
    String fields = only(ListTable.FIELDS, query.remove(ListTable.FIELDS));
    String sort = only(ListTable.SORT, query.remove(ListTable.SORT));
    ListTable.Sort<T> sorted = table.sort(sort);
    return new ListRequest<>(
        table.where(query),
        !query.isEmpty(),
        page == null && limit == null ? null : Page.parse(page, limit),
        sorted,
        order(sorted, table.order()),
        table.row(fields));
  }

  /**
   * The value of a parameter that the caller reads itself, null where it is not given.
   *
   * @throws ApiException 400/108 where it comes twice
   */
  public static @Nullable String text(UriInfo request, String name) {
    return only(name, request.getQueryParameters().get(name));
  }

  /** The same, of those elements only that a condition holds for as well. */
  public ListRequest<T> and(Predicate<T> condition) {
    return new ListRequest<>(filter.and(condition), true, page, sort, order, row);
  }

  private static @Nullable String only(String name, @Nullable List<String> values) {
    if (values != null && values.size() > 1) {
      throw ApiException.repeatedParameter(name);
    }
    return values == null ? null : values.get(0);
  }

  private static <T> @Nullable Comparator<T> order(
      ListTable.@Nullable Sort<T> sort, @Nullable Comparator<T> pageOrder) {
    if (sort == null) {
      return pageOrder;
    }
    Comparator<T> bySort = Comparator.comparing(sort::key, sort.order());
    return pageOrder == null ? bySort : bySort.thenComparing(pageOrder);
  }

  /** The same, but a page of it where none is asked for. */
  public ListRequest<T> paged() {
    return page != null
        ? this
        : new ListRequest<>(filter, isFiltered, Page.parse(null, null), sort, order, row);
  }

  /** Whether nothing can be answered before everything has been read. */
  public boolean isCollected() {
    return page != null || sort != null;
  }

  /**
   * The answer: those elements that the filter lets through, as they come.
   *
   * @param count elements of the whole list, where a page is asked for
   */
  public JsonList<T> stream(BatchReader<T> all, int count) {
    BatchReader<T> filtered =
        () ->
            all.next().thenApply(batch -> batch.map(some -> some.stream().filter(filter).toList()));
    return new JsonList<>(page == null ? null : page.meta(count), isFiltered ? filtered : all, row);
  }

  /** The answer, of a list that is there as a whole. */
  public CompletionStage<JsonList<T>> answer(List<T> all, ListWork work) {
    return answer(() -> ListWork.batch(all), work);
  }

  /**
   * The answer, made of elements that are small enough to be kept while they are sorted.
   *
   * @param all the whole list, made when it is read
   */
  public CompletionStage<JsonList<T>> answer(Supplier<BatchReader<T>> all, ListWork work) {
    if (!isCollected()) {
      return CompletableFuture.completedFuture(stream(all.get(), 0));
    }
    var selection = new Selection<>(order, page);
    return work.each(
            all,
            element -> {
              if (filter.test(element)) {
                selection.add(element);
              }
            })
        .thenApply(done -> stream(ListWork.batch(selection.page()), selection.count()));
  }
}
