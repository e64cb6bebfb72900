package io.nanomq.api.list;

import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about one list.
 *
 * @param filters its query parameters
 * @param sortKeys what it may be sorted by
 * @param pageOrder order of what is paged, and of elements that are equal in what they are sorted
 *     by; null = as they come
 * @param columns the fields of its elements
 * @param view makes an element's JSON of its value
 */
public record ListShape<T, V>(
    QueryFilter<T> filters,
    SortKeys<T> sortKeys,
    @Nullable Comparator<T> pageOrder,
    Columns<V> columns,
    Function<T, V> view) {}
