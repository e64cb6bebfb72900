package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.BatchReader;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.MemorySessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RetainedListingTest {
  private final ManualLoops loops = new ManualLoops(2);
  private final RetainedStore store =
      new RetainedStore(() -> 1_000_000, new Budget(Purpose.RETAINED, 1L << 40));
  private final RetainedListing listing =
      new RetainedListing(loops.context(0), store, new MemorySessionStore());

  private void store(String topic, long expiresAt) {
    byte[] payload = {'x'};
    store.store(
        new PublishMessage(TopicName.of(topic), payload, new byte[0], 1, true, expiresAt), null);
  }

  private void store(String topic) {
    store(topic, PublishMessage.NEVER);
  }

  private <T> T get(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).as("walked on the loop, not here").isNotDone();
    loops.runAll();
    return future.join();
  }

  private List<RetainedListing.Listed> all(String filter) {
    List<RetainedListing.Listed> all = new ArrayList<>();
    BatchReader<RetainedListing.Listed> pieces = listing.list(filter);
    for (var piece = get(pieces.next()); piece.isPresent(); piece = get(pieces.next())) {
      all.addAll(piece.get());
    }
    return all;
  }

  @Test
  void thePiecesTogetherAreAllThatMatchesEachOnce() {
    for (int i = 0; i < 200; i++) {
      store("t/" + i);
    }
    store("u");
    assertThat(all("t/+"))
        .extracting(listed -> listed.message().topic().text())
        .hasSize(200)
        .doesNotHaveDuplicates();
    assertThat(all("nothing")).isEmpty();
    assertThat(all("u").get(0).nowMillis()).isEqualTo(loops.nowMillis());
  }

  @Test
  void whatHasExpiredIsNotListed() {
    store("t/1", loops.nowMillis() + 1_000);
    store("t/2");
    loops.tick(2_000);
    assertThat(all("t/#")).hasSize(1);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void whatMatchesIsRemovedAndCounted() {
    store("t/1");
    store("t/2");
    store("u");
    store("$SYS/x");
    assertThat(get(listing.remove("t/+"))).isEqualTo(2);
    assertThat(get(listing.remove("t/+"))).isZero();
    assertThat(get(listing.remove("#"))).as("not the broker's own").isEqualTo(1);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void whatIsStoredBehindTheWalkStays() {
    for (int i = 0; i < 200; i++) {
      store("t/" + i);
    }
    var removed = listing.remove("t/#").toCompletableFuture();
    loops.loop(0).runOne();
    int gone = 200 - store.size();
    for (int i = 0; i < 200; i++) {
      store("t/" + i);
    }
    loops.runAll();
    assertThat(gone).isBetween(1, 199);
    assertThat(store.size()).isEqualTo(gone);
    assertThat(removed.join()).isEqualTo(200);
  }

  @Test
  void aLongWalkIsReadAPieceAtATime() {
    for (int i = 0; i < 1_000; i++) {
      store("t/" + i);
    }
    BatchReader<RetainedListing.Listed> pieces = listing.list("#");
    int most = 0;
    for (var piece = get(pieces.next()); piece.isPresent(); piece = get(pieces.next())) {
      most = Math.max(most, piece.get().size());
    }
    assertThat(most).as("what one task of the loop reads").isBetween(1, 64);
  }
}
