package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RetainedListingTest {
  private final ManualLoops loops = new ManualLoops(1);
  private final RetainedStore store = new RetainedStore(() -> 100_000, Long.MAX_VALUE);
  private final RetainedListing listing = new RetainedListing(loops.context(0), store);

  private void retain(String topic, long expiresAt) {
    store.store(
        new PublishMessage(TopicName.of(topic), new byte[1], new byte[0], 0, true, expiresAt));
  }

  private void retain(int count) {
    for (int i = 0; i < count; i++) {
      retain("t/" + i, PublishMessage.NEVER);
    }
  }

  private RetainedListing.Page page(String filter, long skip, int limit) {
    CompletableFuture<RetainedListing.Page> page =
        listing.list(filter, skip, limit).toCompletableFuture();
    loops.runAll();
    return page.join();
  }

  @Test
  void thePagesTogetherAreAllThatMatchesEachOnce() {
    retain(25);
    retain("other", PublishMessage.NEVER);
    List<String> topics = new ArrayList<>();
    for (int skip = 0; skip < 30; skip += 10) {
      RetainedListing.Page page = page("t/+", skip, 10);
      assertThat(page.count()).as("on all pages").isEqualTo(25);
      assertThat(page.messages()).hasSize(Math.min(10, 25 - skip));
      page.messages().forEach(message -> topics.add(message.topic().text()));
    }
    assertThat(topics).hasSize(25).doesNotHaveDuplicates();
    assertThat(page("t/+", 25, 10).messages()).isEmpty();
    assertThat(page("nothing", 0, 10).count()).isZero();
  }

  @Test
  void whatHasExpiredIsNeitherListedNorCounted() {
    retain(1);
    retain("t/gone", loops.nowMillis());
    assertThat(page("t/+", 0, 10).count()).isEqualTo(1);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void aLongListLetsOtherTasksInBetween() {
    retain(10_000);
    CompletableFuture<RetainedListing.Page> page = listing.list("#", 0, 1).toCompletableFuture();
    List<Boolean> between = new ArrayList<>();
    loops.loop(0).execute(() -> between.add(page.isDone()));
    loops.runAll();
    assertThat(between).containsExactly(false);
    assertThat(page.join().count()).isEqualTo(10_000);
  }

  @Test
  void removingTakesWhatMatchesAndLeavesTheRest() {
    retain(500);
    retain("kept", PublishMessage.NEVER);
    retain("$SYS/kept", PublishMessage.NEVER);
    CompletableFuture<Integer> removed = listing.remove("t/#").toCompletableFuture();
    loops.runAll();
    assertThat(removed.join()).isEqualTo(500);
    assertThat(store.size()).isEqualTo(2);
    CompletableFuture<Integer> again = listing.remove("#").toCompletableFuture();
    loops.runAll();
    assertThat(again.join()).as("topics that begin with $ are hidden").isEqualTo(1);
  }

  @Test
  void aMessageThatIsReplacedWhileOthersAreRemovedStays() {
    retain("t/1", PublishMessage.NEVER);
    PublishMessage old = page("t/1", 0, 1).messages().get(0);
    retain("t/1", PublishMessage.NEVER);
    assertThat(store.remove(old)).isFalse();
    assertThat(store.size()).isEqualTo(1);
  }
}
