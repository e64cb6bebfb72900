package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeDeliveryTest {
  /** More copies than two turns have room for. */
  private static final int MANY = 2 * TurnBudget.PER_TURN / TurnBudget.DELIVERY + 1_000;

  private final ManualLoops loops = new ManualLoops(2);
  private final Router router =
      new Router(
          loops.contexts(),
          () -> 20,
          () -> false,
          () -> ShareStrategy.ROUND_ROBIN,
          new MemoryBudgets(1L << 36, 0));

  @AfterEach
  void close() {
    router.close();
  }

  private RecordingRecipient recipient(int loop, String... filters) {
    var recipient = new RecordingRecipient("on " + loop, loop);
    for (String filter : filters) {
      subscribe(recipient, filter, 0);
    }
    return recipient;
  }

  private Subscriber subscribe(RecordingRecipient to, String filter, int identifier) {
    var subscriber = new Subscriber(to, new Subscription(filter, 0, false, false, 0, identifier));
    router.tree().add(subscriber);
    return subscriber;
  }

  private List<RecordingRecipient> many(int loop, String filter) {
    return IntStream.range(0, MANY).mapToObj(i -> recipient(loop, filter)).toList();
  }

  private ReasonCode publish(String topic, String payload, long expiresAtMillis) {
    FanOut fanOut = router.fanOut(0);
    PublishMessage message =
        new PublishMessage(
            TopicName.of(topic), payload.getBytes(), new byte[0], 0, false, expiresAtMillis);
    fanOut.outgoing().begin(message, loops.nowMillis());
    try {
      return fanOut.publish(router.cache(0).findAtOnce(message.topic()), null);
    } finally {
      fanOut.outgoing().end();
    }
  }

  private ReasonCode publish(String topic, String payload) {
    return publish(topic, payload, PublishMessage.NEVER);
  }

  private static int copies(List<RecordingRecipient> all) {
    return all.stream().mapToInt(one -> one.got.size()).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void asManyGetItInATurnAsThereIsRoomForAndAllInTheEnd(int loop) {
    List<RecordingRecipient> all = many(loop, "a");
    publish("a", "1");
    publish("a", "2");
    int most = 0;
    int before = 0;
    while (loops.loop(0).runOne() | loops.loop(1).runOne()) {
      most = Math.max(most, copies(all) - before);
      before = copies(all);
    }
    assertThat(most).isBetween(1, TurnBudget.PER_TURN / TurnBudget.DELIVERY + 1);
    assertThat(all).allSatisfy(one -> assertThat(one.payloads()).containsExactly("1", "2"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void othersGoAheadAndTheOrderOfATopicIsKept(int loop) {
    List<Subscriber> subscribers = new ArrayList<>();
    List<RecordingRecipient> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(recipient(loop));
      subscribers.add(subscribe(all.get(i), "a", 0));
    }
    RecordingRecipient canary = recipient(loop, "canary");
    publish("a", "1");
    loops.loop(0).runOne();
    publish("canary", "tweet");
    while (canary.got.isEmpty() && (loops.loop(0).runOne() | loops.loop(1).runOne())) {
      // Until it has it.
    }
    assertThat(copies(all)).as("not after all the others").isLessThan(MANY);
    // Only the last one is left, and it must not get the second message first.
    subscribers.subList(0, MANY - 1).forEach(router.tree()::remove);
    publish("a", "2");
    loops.runAll();
    assertThat(all.get(MANY - 1).payloads()).containsExactly("1", "2");
  }

  @Test
  void whoStaysGetsItThoughOthersLeaveMeanwhile() {
    List<Subscriber> subscribers = new ArrayList<>();
    List<RecordingRecipient> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      RecordingRecipient one = recipient(0);
      all.add(one);
      subscribers.add(subscribe(one, "a", 0));
    }
    publish("a", "1");
    for (int i = 0; copies(all) == 0; i++) {
      assertThat(loops.loop(0).runOne()).isTrue();
    }
    // In the list the last takes the place of who leaves, which is behind already.
    long served = copies(all);
    assertThat(served).isBetween(1L, MANY / 2L);
    for (int i = 0; i < served; i++) {
      router.tree().remove(subscribers.get(i));
    }
    loops.runAll();
    assertThat(all).allSatisfy(one -> assertThat(one.got).hasSize(1));
  }

  @Test
  void whoUnsubscribesBeforeItsTurnGetsNothingMoreOfWhatItLeft() {
    List<RecordingRecipient> all = new ArrayList<>();
    List<Subscriber> first = new ArrayList<>();
    List<Subscriber> second = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(recipient(0));
      first.add(subscribe(all.get(i), "a", 1));
      second.add(subscribe(all.get(i), "#", 2));
    }
    publish("a", "1");
    while (copies(all) == 0) {
      assertThat(loops.loop(0).runOne()).isTrue();
    }
    int last = MANY - 1;
    assertThat(all.get(last).got).isEmpty();
    router.tree().remove(first.get(last));
    router.tree().remove(second.get(last));
    router.tree().remove(second.get(last - 1));
    loops.runAll();
    assertThat(all.get(last).got).as("[MQTT-3.10.4-2]").isEmpty();
    assertThat(all.get(last - 1).got)
        .singleElement()
        .matches(got -> got.identifiers().equals(List.of(1)));
    assertThat(all.get(last - 2).got).singleElement().matches(got -> got.identifiers().size() == 2);
  }

  @Test
  void aMessageAboveTheBoundReachesItsGroupsAsWellAsTheOthers() {
    AtomicInteger copies = new AtomicInteger();
    for (int i = 0; i < 1_100; i++) {
      subscribe(new CountingRecipient(copies), "a", 0);
    }
    subscribe(new CountingRecipient(copies), "$share/g/a", 0);
    // Twice what a loop may keep of such messages, and more.
    int bytes = (int) (Runtime.getRuntime().maxMemory() / 64) + 1_000;
    loops.context(0).budget().spend(TurnBudget.PER_TURN - 100);
    assertThat(publish("a", "x".repeat(bytes), PublishMessage.NEVER)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(copies).hasValue(0);
    loops.runAll();
    assertThat(copies).hasValue(1_101);
    assertThat(loops.context(0).counters().drops(DropReason.MEMORY_FULL)).isZero();
  }

  private static final class CountingRecipient extends RecordingRecipient {
    private final AtomicInteger copies;

    CountingRecipient(AtomicInteger copies) {
      super("counting", 0);
      this.copies = copies;
    }

    @Override
    public @Nullable DropReason deliver(
        OutgoingPublish message,
        int qos,
        boolean retain,
        int @Nullable [] identifiers,
        @Nullable SharedGroup group) {
      copies.incrementAndGet();
      return null;
    }
  }

  @Test
  void manyFiltersOfOneClientBringOneCopyWithAllIdentifiers() {
    RecordingRecipient one = recipient(0);
    RecordingRecipient other = recipient(0, "#");
    int levels = 12;
    for (int bits = 0; bits < 1 << levels; bits++) {
      StringBuilder filter = new StringBuilder("a");
      for (int level = 0; level < levels; level++) {
        filter.append((bits & 1 << level) == 0 ? "/a" : "/+");
      }
      subscribe(one, filter.toString(), bits + 1);
    }
    String topic = "a" + "/a".repeat(levels);
    loops.context(0).budget().spend(TurnBudget.PER_TURN - 100);
    publish(topic, "1");
    loops.loop(0).runOne();
    loops.context(0).budget().spend(TurnBudget.PER_TURN - 100); // leaves what is reserved
    publish("b", "2");
    loops.runAll();
    assertThat(one.got).hasSize(1);
    assertThat(one.got.get(0).identifiers()).hasSize(1 << levels).doesNotHaveDuplicates();
    assertThat(other.payloads()).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void manyGroupsOfOneFilterGetItOverSeveralTurnsAndEachOnce() {
    RecordingRecipient one = recipient(0);
    int groups = 2_000;
    for (int i = 0; i < groups; i++) {
      subscribe(one, "$share/g" + i + "/a", 0);
    }
    loops.context(0).budget().spend(TurnBudget.PER_TURN - 100);
    publish("a", "1");
    publish("a", "2");
    assertThat(one.got).isEmpty();
    loops.runAll();
    assertThat(one.payloads().subList(0, groups)).containsOnly("1");
    assertThat(one.payloads().subList(groups, 2 * groups)).containsOnly("2");
  }

  @Test
  void whoPublishesToManyWaitsOnceThereIsEnoughToBeDone() {
    many(1, "a");
    recipient(1, "b");
    FanOut fanOut = router.fanOut(0);
    Route large = router.cache(0).findAtOnce(TopicName.of("a"));
    Route small = router.cache(0).findAtOnce(TopicName.of("b"));
    int sent = 0;
    while (!fanOut.mustWait(large)) {
      publish("a", "" + sent++);
    }
    assertThat(sent).isBetween(2, 10);
    assertThat(fanOut.mustWait(small)).as("others need not").isFalse();
    loops.runAll();
    assertThat(fanOut.mustWait(large)).isFalse();
  }

  @Test
  void whatExpiresOnTheWayGoesToNobodyWhoHasNotGotIt() {
    List<RecordingRecipient> all = many(0, "a");
    publish("a", "1", loops.nowMillis() + 1_000);
    for (int i = 0; copies(all) == 0; i++) {
      assertThat(loops.loop(0).runOne()).isTrue();
    }
    loops.jump(2_000);
    assertThat(copies(all)).isBetween(1, MANY - 1);
    assertThat(loops.context(0).counters().drops(DropReason.EXPIRED)).isEqualTo(1);
  }

  @Test
  void oneThatFailsKeepsItFromNobodyElse() {
    List<RecordingRecipient> all = many(0, "a");
    all.get(MANY / 2).onDelivery =
        () -> {
          throw new IllegalStateException("broken on purpose");
        };
    publish("a", "1");
    loops.runAll();
    assertThat(copies(all)).isEqualTo(MANY);
    assertThat(all).allSatisfy(one -> assertThat(one.got).hasSize(1));
  }

  @Test
  void whatNobodyCanSlowDownIsBoundedAndCounted() {
    many(0, "a");
    for (int i = 0; i < 2_100; i++) {
      publish("a", "will");
    }
    assertThat(publish("a", "one more")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(loops.context(0).counters().drops(DropReason.MEMORY_FULL)).isGreaterThan(50);
  }
}
