package io.nanomq.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeferredSessionStore;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.router.NaiveMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RetainedStoreTest {
  private static final SessionStore NOBODY = new MemorySessionStore();

  private final AtomicInteger limit = new AtomicInteger(1_000_000);
  private final RetainedStore store =
      new RetainedStore(limit::get, new Budget(Purpose.RETAINED, Long.MAX_VALUE));

  private static PublishMessage message(String topic, String payload, long expiresAt) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return new PublishMessage(TopicName.of(topic), bytes, new byte[0], 1, true, expiresAt);
  }

  private static PublishMessage message(String topic, String payload) {
    return message(topic, payload, PublishMessage.NEVER);
  }

  private static List<PublishMessage> all(RetainedCursor cursor, long now) {
    List<PublishMessage> found = new ArrayList<>();
    while (!cursor.isDone()) {
      PublishMessage message = cursor.next(now);
      if (message != null) {
        found.add(message);
      }
    }
    return found;
  }

  private static List<String> payloads(RetainedStore store, String filter) {
    return all(store.cursor(filter, NOBODY), 0).stream()
        .map(m -> new String(m.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<String> payloads(String filter) {
    return payloads(store, filter);
  }

  @Test
  void theLastMessageOfATopicIsKept() {
    assertThat(store.store(message("a/b", "1"), null)).isTrue();
    assertThat(store.store(message("a/b", "2"), null)).isTrue();
    assertThat(store.size()).isEqualTo(1);
    assertThat(payloads("a/b")).containsExactly("2");
    assertThat(payloads("a")).isEmpty();
    assertThat(payloads("a/b/c")).isEmpty();
  }

  @Test
  void anEmptyPayloadRemovesAndIsNotKept() {
    store.store(message("a", "1"), null);
    assertThat(store.store(message("a", ""), null)).isTrue();
    assertThat(store.store(message("b", ""), null)).isTrue();
    assertThat(store.store(message("a/b/c", ""), null)).isTrue();
    assertThat(store.size()).isZero();
    assertThat(payloads("#")).isEmpty();
    assertThat(isEmpty(store)).isTrue();
  }

  @Test
  void aStoreThatIsFullTakesNoNewTopicsButNewMessagesOfOldOnes() {
    limit.set(2);
    store.store(message("a", "1"), null);
    store.store(message("a/b", "2"), null);
    assertThat(store.store(message("c", "3"), null)).isFalse();
    assertThat(store.store(message("a", "4"), null)).isTrue();
    assertThat(store.store(message("a/b", ""), null)).isTrue();
    assertThat(store.store(message("c", "5"), null)).isTrue();
    assertThat(store.store(message("a/b", "6"), null)).as("a node, but no message").isFalse();
    assertThat(payloads("#")).containsExactlyInAnyOrder("4", "5");
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void aRefusedTopicLeavesNothingBehind() {
    limit.set(0);
    assertThat(store.store(message("a/b/c", "1"), null)).isFalse();
    assertThat(isEmpty(store)).isTrue();
  }

  @Test
  void theBytesOfAllMessagesAreBounded() {
    Budget budget = new Budget(Purpose.RETAINED, 1L << 30);
    new RetainedStore(limit::get, budget).store(message("a", "x".repeat(1_000)), null);
    // The second one needs a map of nodes besides.
    long two = 2 * budget.held() + 300;
    RetainedStore small = new RetainedStore(limit::get, new Budget(Purpose.RETAINED, two));
    assertThat(small.store(message("a", "x".repeat(1_000)), null)).isTrue();
    assertThat(small.store(message("b", "x".repeat(1_000)), null)).isTrue();
    assertThat(small.store(message("c", "x"), null)).isFalse();
    assertThat(small.store(message("b", "x".repeat(1_400)), null)).isFalse();
    assertThat(small.store(message("b", "x".repeat(10)), null)).as("smaller than before").isTrue();
    assertThat(small.store(message("c", "x".repeat(10)), null)).isTrue();
    small.store(message("a", ""), null);
    assertThat(small.store(message("d", "x".repeat(1_000)), null)).isTrue();
    assertThat(small.store(message("e", "x".repeat(1_000)), null)).isFalse();
    small.store(message("b", ""), null);
    small.store(message("c", ""), null);
    assertThat(small.store(message("e", "x".repeat(1_000)), null)).isTrue();
    assertThat(small.size()).isEqualTo(2);
  }

  @Test
  void aMessageThatHasExpiredIsPassedOverAndRemoved() {
    store.store(message("a/b", "1", 5_000), null);
    store.store(message("a", "2"), null);
    assertThat(all(store.cursor("#", NOBODY), 4_999)).hasSize(2);
    assertThat(all(store.cursor("#", NOBODY), 5_000)).hasSize(1);
    assertThat(store.size()).isEqualTo(1);
    store.store(message("a", ""), null);
    assertThat(isEmpty(store)).isTrue();
  }

  @Test
  void anExpiredMessageIsNotRemovedOnceANewerOneStandsThere() {
    PublishMessage old = message("a", "1", 5_000);
    store.store(old, null);
    RetainedNode node = root(store).child("a");
    store.store(message("a", "2"), null);
    store.removeExpired(node, old, NOBODY);
    assertThat(payloads("a")).containsExactly("2");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void removingANodeThatHasBeenPrunedLeavesItsSuccessorAlone() {
    PublishMessage old = message("a", "1", 5_000);
    store.store(old, null);
    RetainedNode pruned = root(store).child("a");
    store.store(message("a", ""), null);
    store.store(message("a", "2"), null);
    store.removeExpired(pruned, old, NOBODY);
    assertThat(payloads("a")).containsExactly("2");
  }

  @Test
  void aMessageIsMetOnceHoweverTheFilterIsWritten() {
    store.store(message("a", "parent"), null);
    store.store(message("a/b", "child"), null);
    store.store(message("a/b/c", "grandchild"), null);
    assertThat(payloads("a/#")).containsExactlyInAnyOrder("parent", "child", "grandchild");
    assertThat(payloads("+/#")).containsExactlyInAnyOrder("parent", "child", "grandchild");
    assertThat(payloads("a/b/#")).containsExactlyInAnyOrder("child", "grandchild");
    assertThat(payloads("+/+")).containsExactly("child");
  }

  @Test
  void systemTopicsAreHiddenFromLeadingWildcards() {
    store.store(message("$SYS/a", "system"), null);
    assertThat(payloads("#")).isEmpty();
    assertThat(payloads("+/a")).isEmpty();
    assertThat(payloads("$SYS/#")).containsExactly("system");
    assertThat(payloads("$SYS/+")).containsExactly("system");
  }

  @Test
  void oneStepLooksAtSoManyLevelsOnly() {
    for (int i = 0; i < 2_000; i++) {
      store.store(message("t/" + i + "/other", "x"), null);
      store.store(message("$hidden" + i, "x"), null);
    }
    store.store(message("t/1/wanted", "found"), null);
    assertThat(emptySteps("t/+/wanted")).isGreaterThanOrEqualTo(2_000 / 256);
    assertThat(emptySteps("+/1/wanted")).isGreaterThanOrEqualTo(2_000 / 256);
  }

  private int emptySteps(String filter) {
    RetainedCursor cursor = store.cursor(filter, NOBODY);
    int empty = 0;
    int found = 0;
    while (!cursor.isDone()) {
      if (cursor.next(0) == null) {
        empty++;
      } else {
        found++;
      }
    }
    assertThat(found).isEqualTo(1);
    return empty;
  }

  @Test
  void aCursorOverNothingIsDoneAtOnce() {
    RetainedCursor cursor = store.cursor("a/b", NOBODY);
    assertThat(cursor.next(0)).isNull();
    assertThat(cursor.isDone()).isTrue();
    assertThat(cursor.next(0)).isNull();
  }

  @Property(tries = 300)
  void findsWhatANaiveMatcherFindsWhileMessagesComeAndGo(@ForAll Random random) {
    RetainedStore mixed =
        new RetainedStore(() -> 1_000, new Budget(Purpose.RETAINED, Long.MAX_VALUE));
    Map<String, String> there = new HashMap<>();
    for (int step = 0; step < 100; step++) {
      String topic = NaiveMatcher.randomTopic(random);
      String payload = random.nextInt(3) == 0 ? "" : "" + step;
      mixed.store(message(topic, payload), null);
      there.put(topic, payload);
      there.values().removeIf(String::isEmpty);
      String filter = NaiveMatcher.randomFilter(random);
      List<String> expected =
          there.keySet().stream()
              .filter(t -> NaiveMatcher.matches(filter, t))
              .map(there::get)
              .toList();
      assertThat(payloads(mixed, filter)).as(filter).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(mixed.size()).isEqualTo(there.size());
    }
    Set.copyOf(there.keySet()).forEach(topic -> mixed.store(message(topic, ""), null));
    assertThat(isEmpty(mixed)).as("all nodes are pruned").isTrue();
  }

  /** What stays is met; what comes or goes meanwhile may be met, at most once. */
  @Property(tries = 200)
  void aCursorMeetsAllThatStaysWhileOthersComeAndGo(@ForAll Random random) {
    RetainedStore mixed =
        new RetainedStore(() -> 1_000_000, new Budget(Purpose.RETAINED, Long.MAX_VALUE));
    Set<String> staying =
        IntStream.range(0, 60).mapToObj(i -> "s/" + i + "/" + i % 3).collect(Collectors.toSet());
    staying.forEach(topic -> mixed.store(message(topic, topic), null));
    RetainedCursor cursor = mixed.cursor("#", NOBODY);
    Set<String> met = new HashSet<>();
    while (!cursor.isDone()) {
      for (int i = 0; i < 3; i++) {
        String topic = NaiveMatcher.randomTopic(random);
        mixed.store(
            message(random.nextBoolean() ? topic : "s/" + topic, random.nextBoolean() ? "x" : ""),
            null);
      }
      PublishMessage message = cursor.next(0);
      if (message != null && staying.contains(message.topic().text())) {
        assertThat(met.add(message.topic().text())).as("once").isTrue();
      }
    }
    assertThat(met).isEqualTo(staying);
  }

  @Test
  void theSweepRemovesWhatHasExpiredAndNobodyAsksFor() {
    ManualLoops loops = new ManualLoops(1);
    long now = loops.nowMillis();
    for (int i = 0; i < 5_000; i++) {
      store.store(message("t/" + i, "x", now + 10_000), null);
    }
    store.store(message("$own/topic", "x", now + 10_000), null);
    store.store(message("stays", "x"), null);
    new RetainedSweep(loops.context(0), store, NOBODY, 60_000).start();
    loops.runAll();
    loops.advance(59_000);
    assertThat(store.size()).isEqualTo(5_002);
    loops.advance(2_000);
    assertThat(store.size()).isEqualTo(1);
    store.store(message("later", "x", now), null);
    loops.advance(61_000);
    assertThat(store.size()).as("it comes again").isEqualTo(1);
  }

  @Test
  void theSweepLetsOtherTasksInBetween() {
    ManualLoops loops = new ManualLoops(1);
    for (int i = 0; i < 5_000; i++) {
      store.store(message("t/" + i, "x"), null);
    }
    new RetainedSweep(loops.context(0), store, NOBODY, 1_000).start();
    loops.runAll();
    int tasks = 0;
    // The tick that starts it, without the tasks that it leaves.
    while (loops.loop(0).waiting() == 0) {
      loops.tick(100);
    }
    while (loops.loop(0).runOne()) {
      tasks++;
    }
    assertThat(tasks).isGreaterThan(10);
  }

  private static RetainedNode root(RetainedStore store) {
    try {
      var root = RetainedStore.class.getDeclaredField("root");
      root.setAccessible(true);
      return (RetainedNode) root.get(store);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isEmpty(RetainedStore store) {
    return !root(store).hasChildren();
  }

  @Test
  void eachChangeIsToldWithItsVersionOnceItIsMade() {
    ManualLoops loops = new ManualLoops(1);
    var told = new DeferredSessionStore(loops::loop);
    SessionStore own = told.open(loops.context(0), new StoreClock(() -> 0, loops::nowMillis));
    store.continueAfter(40);
    assertThat(store.store(message("a", "1"), null, own)).isTrue();
    assertThat(store.store(message("a", "2"), null, own)).isTrue();
    assertThat(store.store(message("nothing/there", ""), null, own)).isTrue();
    assertThat(store.store(message("a", ""), null, own)).isTrue();
    PublishMessage kept = message("b", "3");
    store.store(kept, null);
    assertThat(store.remove(kept, own)).isTrue();
    assertThat(store.remove(kept, own)).isFalse();
    limit.set(0);
    assertThat(store.store(message("full", "4"), null, own)).isFalse();
    assertThat(told.toldBesides())
        .containsExactly(
            "retained a version 41",
            "retained a version 42",
            "unretained a version 43",
            "unretained b version 45");
  }

  @Test
  void whoeverMeetsWhatHasExpiredTells() {
    ManualLoops loops = new ManualLoops(1);
    var told = new DeferredSessionStore(loops::loop);
    SessionStore own = told.open(loops.context(0), new StoreClock(() -> 0, loops::nowMillis));
    store.store(message("a", "1", 5_000), null);
    assertThat(all(store.cursor("#", own), 5_000)).isEmpty();
    assertThat(told.toldBesides()).containsExactly("unretained a version 2");
  }
}
