package io.nanomq.api.list;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes one page out of elements that come in no order. Of n elements it keeps those up to the end
 * of the page and as many again, never all n for the sake of one page near the beginning. Confined
 * to the request that it belongs to.
 */
public final class Selection<T> {
  /** So few are not worth a second thought. */
  private static final int MIN_BUFFER = 1024;

  private final @Nullable Comparator<T> order;
  private final long skip;
  private final int end;
  private final int buffer;
  private final List<T> kept = new ArrayList<>();
  private @Nullable T last;
  private int count;

  /**
   * @param order the list's order; null = as they come
   * @param page null = all elements
   */
  public Selection(@Nullable Comparator<T> order, @Nullable Page page) {
    this.order = order;
    this.skip = page == null ? 0 : page.skip();
    this.end =
        page == null ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, skip + page.limit());
    this.buffer = (int) Math.min(Integer.MAX_VALUE, Math.max(MIN_BUFFER, 2L * end));
  }

  public void add(T element) {
    int index = count++;
    if (order == null) {
      if (index >= skip && index < end) {
        kept.add(element);
      }
      return;
    }
    if (last == null || order.compare(element, last) < 0) {
      kept.add(element);
      if (kept.size() >= buffer) {
        cut(order);
      }
    }
  }

  private void cut(Comparator<T> by) {
    kept.sort(by);
    kept.subList(end, kept.size()).clear();
    last = kept.get(end - 1);
  }

  /** Elements that were added. */
  public int count() {
    return count;
  }

  /** The page; nothing may be added afterwards. */
  public List<T> page() {
    if (order == null) {
      return kept;
    }
    kept.sort(order);
    int to = Math.min(end, kept.size());
    return kept.subList((int) Math.min(skip, to), to);
  }
}
