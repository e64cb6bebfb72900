package io.nanomq.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SinkTest {
  private final Budget memory = new Budget(Purpose.SINKS, 1_000);
  private final SinkFigures figures = new SinkFigures();
  private final List<List<String>> sent = new ArrayList<>();
  private final Queue<CompletableFuture<Void>> open = new ArrayDeque<>();

  private Sink<String> sink(int lanes, int queued, int batch) {
    SinkTarget<String> target =
        things -> {
          sent.add(things);
          CompletableFuture<Void> answer = new CompletableFuture<>();
          open.add(answer);
          return answer;
        };
    return new Sink<>(
        "test",
        new Sink.Limits(lanes, queued, batch, 1_000),
        memory,
        figures,
        target,
        Runnable::run);
  }

  @Test
  void whatWaitsGoesInBatchesOneAfterTheOther() {
    Sink<String> sink = sink(1, 100, 3);
    for (String thing : List.of("a", "b", "c", "d", "e")) {
      assertThat(sink.offer("k", thing, 10)).isTrue();
    }
    assertThat(sent).containsExactly(List.of("a"));
    assertThat(memory.held()).isEqualTo(50);
    open.remove().complete(null);
    assertThat(sent).containsExactly(List.of("a"), List.of("b", "c", "d"));
    open.remove().complete(null);
    open.remove().complete(null);
    assertThat(sent.get(2)).containsExactly("e");
    assertThat(figures.sent()).isEqualTo(5);
    assertThat(memory.held()).isZero();
  }

  @Test
  void theNewestIsDroppedByCountAndByBytes() {
    Sink<String> sink = sink(1, 2, 1);
    assertThat(sink.offer("k", "a", 10)).isTrue();
    assertThat(sink.offer("k", "large", 991)).isFalse();
    assertThat(sink.offer("k", "b", 10)).isTrue();
    assertThat(sink.offer("k", "c", 10)).isFalse();
    assertThat(figures.dropped()).isEqualTo(2);
    assertThat(figures.queued()).isEqualTo(2);
    open.remove().complete(null);
    assertThat(sink.offer("k", "d", 10)).isTrue();
    assertThat(memory.held()).isEqualTo(20);
  }

  @Test
  void keysOfDifferentLanesDoNotWaitForEachOther() {
    Sink<String> sink = sink(2, 100, 1);
    sink.offer("a", "1", 1);
    sink.offer("a", "2", 1);
    sink.offer("b", "3", 1);
    assertThat(sent).containsExactly(List.of("1"), List.of("3"));
  }

  @Test
  void anEndWaitsForWhatWasTakenAndACloseDoesNot() {
    Sink<String> sink = sink(1, 100, 1);
    sink.offer("k", "a", 10);
    sink.offer("k", "b", 10);
    CompletionStage<Void> end = sink.end();
    assertThat(sink.offer("k", "c", 10)).isFalse();
    open.remove().complete(null);
    assertThat(end.toCompletableFuture()).isNotDone();
    sink.close();
    assertThat(end.toCompletableFuture()).isDone();
    assertThat(memory.held()).isZero();
    assertThat(figures.dropped()).isEqualTo(2);
    open.remove().complete(null);
    assertThat(figures.sent()).as("counted once").isEqualTo(1);
  }
}
