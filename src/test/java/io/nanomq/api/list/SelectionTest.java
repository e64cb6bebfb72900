package io.nanomq.api.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final Comparator<Integer> ORDER = Comparator.naturalOrder();

  @ParameterizedTest
  @CsvSource({
    "10, 1, 10, 0",
    "10, 2, 3, 3",
    "10, 4, 3, 9",
    "10, 5, 3, 12",
    "50000, 1, 1, 0",
    "50000, 3, 100, 200",
    "50000, 10, 5000, 45000",
    "50000, 500, 100, 49900",
    "50000, 501, 100, 50000",
    "50000, 2147483647, 10000, 50000"
  })
  void aPageIsWhatItWouldBeOfTheSortedWhole(int count, int page, int limit, int first) {
    var selection = new Selection<>(ORDER, new Page(page, limit));
    List<Integer> mixed = mixed(count);

    mixed.forEach(selection::add);

    assertThat(selection.count()).isEqualTo(count);
    assertThat(selection.page())
        .containsExactlyElementsOf(
            IntStream.range(first, Math.min(count, Math.max(first, first + limit)))
                .boxed()
                .toList());
  }

  @Test
  void withoutAPageItIsTheWhole() {
    var selection = new Selection<>(ORDER.reversed(), null);
    mixed(3_000).forEach(selection::add);
    assertThat(selection.page()).hasSize(3_000).isSortedAccordingTo(ORDER.reversed());
  }

  @Test
  void withoutAnOrderItIsAsItComes() {
    var selection = new Selection<Integer>(null, new Page(2, 3));
    List.of(9, 1, 8, 2, 7, 3, 6, 4).forEach(selection::add);
    assertThat(selection.page()).containsExactly(2, 7, 3);
    assertThat(selection.count()).isEqualTo(8);
  }

  private static List<Integer> mixed(int count) {
    List<Integer> all = new java.util.ArrayList<>(IntStream.range(0, count).boxed().toList());
    java.util.Collections.shuffle(all, new Random(7));
    return all;
  }
}
