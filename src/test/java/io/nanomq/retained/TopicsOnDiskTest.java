package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeferredSessionStore;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Retained messages that an earlier process left, while they are read and when they had no room.
 */
class TopicsOnDiskTest {
  private final AtomicInteger limit = new AtomicInteger(1_000_000);
  private final RetainedStore store =
      new RetainedStore(limit::get, new Budget(Purpose.RETAINED, Long.MAX_VALUE));
  private final ManualLoops loops = new ManualLoops(1);
  private final DeferredSessionStore told = new DeferredSessionStore(loops::loop);
  private final SessionStore own =
      told.open(loops.context(0), new StoreClock(() -> 0, loops::nowMillis));

  private static PublishMessage message(String topic, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return new PublishMessage(
        TopicName.of(topic), bytes, new byte[0], 1, true, PublishMessage.NEVER);
  }

  @Test
  void whatHadNoRoomAtTheStartIsRemovedFromDiskAllTheSame() {
    limit.set(1);
    store.beginReading(true);
    assertThat(store.bringBack(message("a", "1"))).isTrue();
    assertThat(store.bringBack(message("b", "2"))).isFalse();
    store.endReading(true);
    assertThat(store.store(message("b", "3"), null, own)).as("no room yet").isFalse();
    assertThat(store.store(message("b", ""), null, own)).isTrue();
    assertThat(store.removeFromDisk("c", own)).as("it never was there").isFalse();
    assertThat(store.removeFromDisk("a", own)).as("it is in memory").isFalse();
    assertThat(store.size()).isEqualTo(1);
    limit.set(2);
    assertThat(store.store(message("b", "4"), null, own)).isTrue();
    assertThat(told.toldBesides())
        .containsExactly("unretained b version 2", "retained b version 3");
  }

  @Test
  void ofThoseOnDiskSoManyAreKnownAndAllMayBeRemoved() {
    limit.set(0);
    String end = "/" + "x".repeat(10_000);
    store.beginReading(true);
    for (int i = 0; i < 500; i++) {
      assertThat(store.bringBack(message(i + end, "1"))).isFalse();
    }
    store.endReading(true);
    assertThat(store.topicsOnDisk()).hasSizeBetween(400, 430);
    assertThat(store.removeFromDisk(499 + end, own)).as("it may be one of them").isFalse();
    assertThat(told.toldBesides()).hasSize(1);
    assertThat(store.removeFromDisk(0 + end, own)).isTrue();
    assertThat(store.topicsOnDisk()).doesNotContain(0 + end);
  }

  @Test
  void whatBecomesOfATopicWhileTheDiskIsReadHolds() {
    store.beginReading(true);
    assertThat(store.whenRead().toCompletableFuture()).isNotDone();
    store.store(message("replaced", "new"), null, own);
    store.store(message("replaced and removed", "new"), null, own);
    store.store(message("replaced and removed", ""), null, own);
    assertThat(store.store(message("removed", ""), null, own)).isTrue();
    for (String topic : List.of("replaced", "replaced and removed", "removed", "left")) {
      assertThat(store.bringBack(message(topic, "old"))).as(topic).isEqualTo(topic.equals("left"));
    }
    assertThat(store.cursor("#", own).isEarly()).isTrue();
    store.endReading(true);
    assertThat(store.cursor("#", own).isEarly()).isFalse();
    assertThat(store.whenRead().toCompletableFuture()).isDone();
    assertThat(store.isPartlyOnDisk()).isFalse();
    assertThat(told.toldBesides()).contains("unretained removed version 4");
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.cursor("replaced", own).next(0))
        .satisfies(found -> assertThat(found.payload()).asString().isEqualTo("new"));
  }

  @Test
  void whereTooMuchIsRemovedMeanwhileTheRestIsReadLater() {
    String end = "/" + "x".repeat(10_000);
    store.beginReading(true);
    for (int i = 0; i < 500; i++) {
      store.store(message(i + end, ""), null, own);
    }
    assertThat(store.bringBack(message(499 + end, "old"))).as("nobody knows").isFalse();
    assertThat(store.bringBack(message("a", "old"))).isFalse();
    store.endReading(true);
    assertThat(store.isPartlyOnDisk()).isTrue();
    store.beginReading(false);
    assertThat(store.bringBack(message("a", "old"))).isTrue();
    store.endReading(true);
    assertThat(store.isPartlyOnDisk()).isFalse();
  }
}
