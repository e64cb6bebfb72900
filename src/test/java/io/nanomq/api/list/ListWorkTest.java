package io.nanomq.api.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.api.json.ApiException;
import io.nanomq.http.ApiShare;
import io.nanomq.loop.BatchReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListWorkTest {
  private final ListWork work = new ListWork(new ApiShare(() -> 100, () -> false));
  private final CompletableFuture<Optional<List<Integer>>> never = new CompletableFuture<>();

  @AfterEach
  void stop() {
    work.stop();
  }

  private CompletableFuture<Void> take(BatchReader<Integer> from, List<Integer> to) {
    return work.each(() -> from, to::add).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS);
  }

  @Test
  void allElementsAreTaken() {
    List<Integer> taken = new ArrayList<>();
    take(ListWork.batch(List.of(1, 2, 3)), taken).join();
    assertThat(taken).containsExactly(1, 2, 3);
  }

  @Test
  void someCollectAndTheOthersWait() {
    List<CompletableFuture<Void>> all =
        Stream.generate(() -> take(() -> never, new ArrayList<>()))
            .limit(ListWork.MAX_WAITING + 2)
            .toList();
    assertThatThrownBy(() -> take(() -> never, new ArrayList<>()).join())
        .hasCauseInstanceOf(ApiException.class)
        .hasMessageContaining("Too many lists");

    never.complete(Optional.empty());

    all.forEach(CompletableFuture::join);
    allElementsAreTaken();
  }

  @Test
  void whatFailsMakesRoom() {
    for (int i = 0; i < 5; i++) {
      var failed = CompletableFuture.<Optional<List<Integer>>>failedFuture(new RuntimeException());
      assertThatThrownBy(() -> take(() -> failed, new ArrayList<>()).join()).isNotNull();
    }
    assertThatThrownBy(
            () ->
                work.each(() -> ListWork.batch(List.of(1)), i -> List.of().get(i))
                    .toCompletableFuture()
                    .join())
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
    allElementsAreTaken();
  }
}
