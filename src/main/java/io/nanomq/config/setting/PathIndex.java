package io.nanomq.config.setting;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds what stands below a path without looking at everything: a document may have tens of
 * thousands of settings, and reading it asks once for every rule and bridge. Immutable.
 */
final class PathIndex {
  private final ConfEntry[] entries;
  private final int[] byPath;

  /**
   * @param entries in the order in which they are to be found
   */
  PathIndex(Collection<ConfEntry> entries) {
    this.entries = entries.toArray(ConfEntry[]::new);
    this.byPath =
        IntStream.range(0, this.entries.length)
            .boxed()
            .sorted(Comparator.comparing(this::path))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  private String path(int position) {
    return entries[position].path();
  }

  /** Every entry whose path starts like that. */
  List<ConfEntry> below(String prefix) {
    int from = first(prefix, 0, false);
    int to = first(prefix, from, true);
    int[] found = Arrays.copyOfRange(byPath, from, to);
    Arrays.sort(found);
    return Arrays.stream(found).mapToObj(position -> entries[position]).toList();
  }

  /** The first place, from one on, whose path comes behind those that come before the prefix. */
  private int first(String prefix, int from, boolean skipPrefixed) {
    int low = from;
    int high = byPath.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      String path = path(byPath[middle]);
      boolean isBefore = path.startsWith(prefix) ? skipPrefixed : path.compareTo(prefix) < 0;
      low = isBefore ? middle + 1 : low;
      high = isBefore ? high : middle;
    }
    return low;
  }
}
