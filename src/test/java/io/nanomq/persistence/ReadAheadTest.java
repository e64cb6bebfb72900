package io.nanomq.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one thread reads another one goes through, in order, to the end or to what goes wrong. */
@Timeout(60)
class ReadAheadTest {
  private static final int COUNT = 10_000;

  private final List<Integer> taken = new ArrayList<>();

  private static ReadAhead.Source<Integer> numbers(int count) {
    return to -> IntStream.range(0, count).forEach(to::accept);
  }

  @Test
  void allComeInOrder() throws IOException {
    for (int count : new int[] {0, 1, 256, COUNT}) {
      taken.clear();
      new ReadAhead<>(numbers(count), number -> 1).forEach(taken::add);
      assertThat(taken).isEqualTo(IntStream.range(0, count).boxed().toList());
    }
  }

  @Test
  void largeOnesAreNotReadFarAhead() throws IOException {
    AtomicInteger read = new AtomicInteger();
    ReadAhead.Source<Integer> source =
        to ->
            numbers(100)
                .forEach(
                    number -> {
                      read.incrementAndGet();
                      to.accept(number);
                    });
    new ReadAhead<>(source, number -> 1 << 20)
        .forEach(
            number -> {
              taken.add(number);
              assertThat(read.get()).isLessThanOrEqualTo(number + 8);
            });
    assertThat(taken).hasSize(100);
  }

  @Test
  void whatGoesWrongIsToldBehindWhatCame() {
    ReadAhead.Source<Integer> fails =
        to -> {
          numbers(300).forEach(to);
          throw new IOException("broken");
        };
    assertThatThrownBy(() -> new ReadAhead<>(fails, number -> 1).forEach(taken::add))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
    assertThat(taken).hasSize(300);
    ReadAhead.Source<Integer> breaks =
        to -> {
          throw new IllegalStateException("broken");
        };
    assertThatThrownBy(() -> new ReadAhead<>(breaks, number -> 1).forEach(taken::add))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoeverGoesThroughMayStop() {
    assertThatThrownBy(
            () ->
                new ReadAhead<>(numbers(COUNT), number -> 1)
                    .forEach(
                        number -> {
                          taken.add(number);
                          if (number == 5) {
                            throw new IllegalArgumentException("enough");
                          }
                        }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(taken).hasSize(6);
  }
}
