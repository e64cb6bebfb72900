package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RetainedListingTest {
  private final ManualLoops loops = new ManualLoops(2);
  private final RetainedStore store = new RetainedStore(() -> 1_000_000, 1L << 40);
  private final RetainedListing listing = new RetainedListing(loops.context(0), store);

  private void store(String topic, long expiresAt) {
    byte[] payload = {'x'};
    store.store(new PublishMessage(TopicName.of(topic), payload, new byte[0], 1, true, expiresAt));
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

  @Test
  void pagesAreTakenOutOfOneOrderAndAllAreCounted() {
    for (int i = 0; i < 10; i++) {
      store("t/" + i);
    }
    store("u");
    var whole = get(listing.list("t/+", 0, 100));
    var middle = get(listing.list("t/+", 4, 3));
    assertThat(whole.count()).isEqualTo(10);
    assertThat(middle.count()).isEqualTo(10);
    assertThat(middle.messages()).isEqualTo(whole.messages().subList(4, 7));
    assertThat(get(listing.list("t/+", 9, 3)).messages()).hasSize(1);
    assertThat(get(listing.list("t/+", 10, 3)).messages()).isEmpty();
    assertThat(whole.nowMillis()).isEqualTo(loops.nowMillis());
  }

  @Test
  void whatHasExpiredIsNotListed() {
    store("t/1", loops.nowMillis() + 1_000);
    store("t/2");
    loops.tick(2_000);
    assertThat(get(listing.list("t/#", 0, 10)).count()).isEqualTo(1);
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
  void aLongWalkLetsTheLoopDoItsWorkInBetween() {
    for (int i = 0; i < 1_000; i++) {
      store("t/" + i);
    }
    var page = listing.list("#", 0, 10).toCompletableFuture();
    int tasks = 0;
    while (loops.loop(0).runOne()) {
      tasks++;
    }
    assertThat(tasks).isGreaterThanOrEqualTo(1_000 / 64);
    assertThat(page.join().count()).isEqualTo(1_000);
  }
}
