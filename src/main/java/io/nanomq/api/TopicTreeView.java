package io.nanomq.api;

import io.nanomq.session.SubscriptionSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code /topic-tree}: the tree of all filters, one array per level, an empty one at
 * the end. Within a level the nodes stand in the order of their parents, siblings by name; {@code
 * $share} and the group are levels like any other.
 *
 * <p>There is no tree: sorted, the filters below a node are neighbours, and each level is one walk
 * over all of them. Confined to the request that it belongs to.
 */
public final class TopicTreeView {
  /** By filter, level by level, and then by client. */
  private static final Comparator<SubscriptionSnapshot> ORDER =
      Comparator.comparing(SubscriptionSnapshot::filter, TopicTreeView::byLevels)
          .thenComparing(SubscriptionSnapshot::clientId);

  private final List<SubscriptionSnapshot> sorted;

  /**
   * One level of one filter.
   *
   * @param topic the level's text
   * @param children how many levels there are below it
   * @param clientIds who subscribes to the filter that ends here; null where nobody does
   */
  public record Node(String topic, int children, @Nullable List<String> clientIds) {}

  /** The neighbours below one node: those from {@code ends} on go on below it. */
  private record Range(int start, int from, int ends, int to) {}

  public TopicTreeView(List<SubscriptionSnapshot> subscriptions) {
    sorted = new ArrayList<>(subscriptions);
    sorted.sort(ORDER);
  }

  // A slash comes before all that a level may contain: "a", "a/b", "a-b".
  private static int byLevels(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char inA = a.charAt(i);
      char inB = b.charAt(i);
      if (inA != inB) {
        return (inA == '/' ? -1 : inA) - (inB == '/' ? -1 : inB);
      }
    }
    return a.length() - b.length();
  }

  /** Levels there are, the root and the empty one at the end among them. */
  int levels() {
    return 2
        + sorted.stream()
            .mapToInt(s -> 1 + (int) s.filter().chars().filter(c -> c == '/').count())
            .max()
            .orElse(0);
  }

  /** The nodes of one level, made as they are asked for; 0 = the root. */
  Iterator<Node> level(int depth) {
    if (depth == 0) {
      return List.of(new Node("", children(0, sorted.size(), 0), null)).iterator();
    }
    Function<Range, Node> node = this::node;
    return Stream.iterate(range(0, depth), r -> r.from < sorted.size(), r -> range(r.to, depth))
        .map(node)
        .iterator();
  }

  private Node node(Range range) {
    SubscriptionSnapshot first = sorted.get(range.from);
    int end = levelEnd(first.filter(), range.start);
    List<String> clients =
        sorted.subList(range.from, range.ends).stream()
            .map(SubscriptionSnapshot::clientId)
            .toList();
    return new Node(
        first.filter().substring(range.start, end),
        children(range.ends, range.to, end + 1),
        clients.isEmpty() ? null : clients);
  }

  /** The next node of that depth, from an index on; at the end where there is none. */
  private Range range(int index, int depth) {
    int from = index;
    int start = -1;
    while (from < sorted.size() && start < 0) {
      start = levelStart(sorted.get(from).filter(), depth);
      from += start < 0 ? 1 : 0;
    }
    if (from == sorted.size()) {
      return new Range(0, from, from, from);
    }
    String filter = sorted.get(from).filter();
    int end = levelEnd(filter, start);
    int ends = from;
    int to = from;
    while (to < sorted.size() && isBelow(sorted.get(to).filter(), filter, end)) {
      ends += sorted.get(to).filter().length() == end ? 1 : 0;
      to++;
    }
    return new Range(start, from, ends, to);
  }

  private static boolean isBelow(String filter, String other, int end) {
    return filter.regionMatches(0, other, 0, end)
        && (filter.length() == end || filter.charAt(end) == '/');
  }

  /** Different levels that begin at {@code start} among neighbours. */
  private int children(int from, int to, int start) {
    return (int)
        IntStream.range(from, to)
            .filter(i -> i == from || !sameLevel(sorted.get(i - 1), sorted.get(i), start))
            .count();
  }

  private static boolean sameLevel(SubscriptionSnapshot a, SubscriptionSnapshot b, int start) {
    return isBelow(b.filter(), a.filter(), levelEnd(a.filter(), start));
  }

  /** Where the level of that depth begins, 1 = the first; -1 = there are not so many. */
  private static int levelStart(String filter, int depth) {
    int start = 0;
    for (int level = 1; level < depth; level++) {
      int slash = filter.indexOf('/', start);
      if (slash < 0) {
        return -1;
      }
      start = slash + 1;
    }
    return start;
  }

  private static int levelEnd(String filter, int start) {
    int slash = filter.indexOf('/', start);
    return slash < 0 ? filter.length() : slash;
  }
}
