package io.nanomq.router;

import static io.nanomq.config.model.ShareStrategy.ROUND_ROBIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.router.mailbox.HandOff;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
  private final ManualLoops loops = new ManualLoops(2);
  private final AtomicBoolean copyPerFilter = new AtomicBoolean();
  private final MemoryBudgets budgets = new MemoryBudgets(1L << 36, 0);
  private final Router router =
      new Router(loops.contexts(), () -> 20, copyPerFilter::get, () -> ROUND_ROBIN, budgets);

  @AfterEach
  void close() {
    router.close();
  }

  private Subscriber subscribe(RecordingRecipient to, Subscription subscription) {
    Subscriber subscriber = new Subscriber(to, subscription);
    router.tree().add(subscriber);
    return subscriber;
  }

  private Subscriber subscribe(RecordingRecipient to, String filter) {
    return subscribe(to, new Subscription(filter, 2, false, false, 0, 0));
  }

  private RecordingRecipient recipient(int loop, String... filters) {
    var recipient = new RecordingRecipient("on " + loop, loop);
    for (String filter : filters) {
      subscribe(recipient, filter);
    }
    return recipient;
  }

  private static PublishMessage message(String topic, String payload, int qos, boolean retain) {
    return new PublishMessage(
        TopicName.of(topic),
        payload.getBytes(StandardCharsets.UTF_8),
        new byte[0],
        qos,
        retain,
        PublishMessage.NEVER);
  }

  private boolean publish(int loop, PublishMessage message, Recipient publisher) {
    FanOut fanOut = router.fanOut(loop);
    fanOut.outgoing().begin(message, loops.nowMillis());
    try {
      return fanOut.publish(router.cache(loop).findAtOnce(message.topic()), publisher)
          == ReasonCode.SUCCESS;
    } finally {
      fanOut.outgoing().end();
    }
  }

  private boolean publish(int loop, String topic, String payload) {
    return publish(loop, message(topic, payload, 1, false), null);
  }

  @Test
  void recipientsOfTheSameLoopGetItAtOnce() {
    RecordingRecipient here = recipient(0, "a");
    assertThat(publish(0, "a", "1")).isTrue();
    assertThat(here.payloads()).containsExactly("1");
    assertThat(publish(0, "b", "1")).isFalse();
  }

  @Test
  void recipientsOfAnotherLoopGetItInATaskOfTheirLoop() {
    RecordingRecipient there = recipient(1, "a");
    assertThat(publish(0, "a", "1")).isTrue();
    assertThat(publish(0, "a", "2")).isTrue();
    loops.run(0);
    assertThat(there.got).isEmpty();
    assertThat(loops.loop(1).waiting()).as("one batch a turn").isEqualTo(1);
    loops.run(1);
    assertThat(there.payloads()).containsExactly("1", "2");
  }

  @Test
  void whatAnotherLoopHandedOverComesBeforeWhatIsPublishedHereLater() {
    RecordingRecipient there = recipient(1, "a");
    publish(0, "a", "first");
    loops.run(0);
    router.fanOut(1).takeMail();
    publish(1, "a", "second");
    loops.runAll();
    assertThat(there.payloads()).containsExactly("first", "second");
  }

  @Test
  void aBatchIsHandedOverBeforeAcknowledgementsLeave() {
    RecordingRecipient there = recipient(1, "a");
    loops
        .context(0)
        .atTurnEnd(
            () -> {
              router.fanOut(1).takeMail();
              assertThat(there.payloads()).containsExactly("1");
              there.got.clear();
            });
    publish(0, "a", "1");
    loops.runAll();
    assertThat(there.got).isEmpty();
  }

  @Test
  void theQosIsTheLowerOfTheTwoAndRetainIsAsSubscribed() {
    var plain = recipient(0);
    subscribe(plain, new Subscription("a", 1, false, false, 0, 0));
    var asPublished = recipient(1);
    subscribe(asPublished, new Subscription("a", 2, false, true, 0, 9));
    publish(0, message("a", "x", 2, true), null);
    publish(0, message("a", "y", 0, false), null);
    loops.runAll();
    assertThat(plain.got)
        .containsExactly(
            new RecordingRecipient.Got("a", "x", 1, false, List.of(), null),
            new RecordingRecipient.Got("a", "y", 0, false, List.of(), null));
    assertThat(asPublished.got)
        .containsExactly(
            new RecordingRecipient.Got("a", "x", 2, true, List.of(9), null),
            new RecordingRecipient.Got("a", "y", 0, false, List.of(9), null));
  }

  @Test
  void overlappingFiltersBringOneCopyWithTheHighestQosAndAllIdentifiers() {
    for (int loop = 0; loop < 2; loop++) {
      var one = recipient(loop);
      subscribe(one, new Subscription("a/b", 0, false, false, 0, 1));
      subscribe(one, new Subscription("a/+", 2, false, true, 0, 2));
      subscribe(one, new Subscription("#", 1, false, false, 0, 0));
      publish(0, message("a/b", "x", 2, true), null);
      loops.runAll();
      assertThat(one.got).hasSize(1);
      assertThat(one.got.get(0).qos()).isEqualTo(2);
      assertThat(one.got.get(0).retain()).isTrue();
      assertThat(one.got.get(0).identifiers()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void overlappingFiltersBringACopyEachWhereThatIsConfigured() {
    copyPerFilter.set(true);
    RecordingRecipient here = recipient(0, "a/b", "a/+");
    RecordingRecipient there = recipient(1, "a/b", "a/+", "#");
    publish(0, "a/b", "x");
    loops.runAll();
    assertThat(here.got).hasSize(2);
    assertThat(there.got).hasSize(3);
  }

  @Test
  void noLocalHoldsBackOwnMessagesOfThatSubscriptionOnly() {
    var client = recipient(0);
    subscribe(client, new Subscription("a/b", 1, true, false, 0, 1));
    publish(0, message("a/b", "own", 1, false), client);
    publish(0, message("a/b", "other's", 1, false), recipient(0));
    assertThat(client.payloads()).containsExactly("other's");
    subscribe(client, new Subscription("a/+", 0, false, false, 0, 2));
    publish(0, message("a/b", "both", 1, false), client);
    assertThat(client.got.get(1).identifiers()).containsExactly(2);
    assertThat(client.got.get(1).qos()).isZero();
  }

  @Test
  void noLocalIsKeptAmongManySubscribersOfOneFilter() {
    var client = recipient(0);
    subscribe(client, new Subscription("a", 1, true, false, 0, 0));
    RecordingRecipient other = recipient(0, "a");
    publish(0, message("a", "own", 1, false), client);
    assertThat(client.got).isEmpty();
    assertThat(other.payloads()).containsExactly("own");
  }

  @Test
  void moreThanABatchInOneTurnKeepsItsOrder() {
    RecordingRecipient there = recipient(1, "a");
    List<String> sent = IntStream.range(0, 3 * HandOff.CAPACITY + 7).mapToObj(i -> "" + i).toList();
    sent.forEach(payload -> publish(0, "a", payload));
    loops.runAll();
    assertThat(there.payloads()).isEqualTo(sent);
  }

  @Test
  void aGroupGivesEachMessageToOneMemberWhereverItLives() {
    RecordingRecipient here = recipient(0, "$share/g/a");
    RecordingRecipient there = recipient(1, "$share/g/a");
    RecordingRecipient plain = recipient(1, "a");
    for (int i = 0; i < 10; i++) {
      publish(0, "a", "" + i);
    }
    loops.runAll();
    assertThat(here.got).hasSize(5);
    assertThat(there.got).hasSize(5);
    assertThat(here.payloads()).doesNotContainAnyElementsOf(there.payloads());
    assertThat(here.got).allMatch(got -> got.group() != null);
    assertThat(plain.got).hasSize(10).allMatch(got -> got.group() == null);
  }

  @Test
  void aMessageWhoseMemberLeftOnTheWayGoesToAnother() {
    var leaving = recipient(1);
    Subscriber member = subscribe(leaving, "$share/g/a");
    RecordingRecipient staying = recipient(0, "$share/g/a");
    publish(0, "a", "1");
    publish(0, "a", "2");
    router.tree().remove(member);
    loops.runAll();
    assertThat(leaving.got).isEmpty();
    assertThat(staying.payloads()).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void aMessageThatNoMemberIsLeftForIsCounted() {
    var leaving = recipient(1);
    Subscriber member = subscribe(leaving, "$share/g/a");
    publish(0, "a", "1");
    router.tree().remove(member);
    loops.runAll();
    assertThat(loops.context(1).counters().drops(DropReason.NO_MEMBER)).isEqualTo(1);
  }

  @Test
  void whatAMemberHandsBackGoesToAnother() {
    var leaving = recipient(0);
    Subscriber member = subscribe(leaving, "$share/g/a");
    SharedGroup group = member.group;
    RecordingRecipient staying = recipient(1, "$share/g/a");
    router.tree().remove(member);
    router.fanOut(0).redispatch(0, group, message("a", "back", 1, false));
    loops.runAll();
    assertThat(staying.payloads()).containsExactly("back");
  }

  @Test
  void whoeverLeavesBeforeABatchArrivesGetsNothingOfIt() {
    var leaving = recipient(1);
    Subscriber subscriber = subscribe(leaving, "a");
    publish(0, "a", "1");
    router.tree().remove(subscriber);
    loops.runAll();
    assertThat(leaving.got).isEmpty();
  }

  @Test
  void aRecipientThatFailsKeepsLaterMessagesFromNobody() {
    RecordingRecipient broken = recipient(1, "a");
    broken.onDelivery =
        () -> {
          throw new IllegalStateException("broken on purpose");
        };
    RecordingRecipient other = recipient(1, "b");
    publish(0, "a", "1");
    publish(0, "b", "2");
    loops.runAll();
    publish(0, "b", "3");
    loops.runAll();
    assertThat(broken.got).hasSize(1);
    assertThat(other.payloads()).containsExactly("2", "3");
  }

  @Test
  void aLoopThatDoesNotKeepUpHoldsUpOnlyThoseWhoSendToIt() {
    RecordingRecipient there = recipient(1, "a");
    recipient(0, "here");
    for (int i = 0; i < 20_000; i++) {
      publish(0, "a", "x");
    }
    loops.run(0);
    FanOut fanOut = router.fanOut(0);
    publish(0, "a", "x");
    assertThat(fanOut.lagging()).isEqualTo(1L << 1);
    publish(0, "here", "x");
    assertThat(fanOut.lagging()).as("it does not go there").isZero();
    publish(0, "nobody", "x");
    assertThat(fanOut.lagging()).isZero();
    publish(1, "a", "x");
    assertThat(router.fanOut(1).lagging()).as("its own lag is no reason to wait").isZero();
    assertThat(fanOut.isAnyLagging(0b11)).isTrue();
    assertThat(fanOut.isAnyLagging(0b01)).isFalse();
    loops.runAll();
    assertThat(fanOut.isAnyLagging(0b11)).isFalse();
    publish(0, "a", "x");
    assertThat(fanOut.lagging()).isZero();
    loops.runAll();
    assertThat(there.got).hasSize(20_003);
  }

  @Test
  void whoSendsToALoopWithoutRoomWaitsBeforeItsMessageIsTaken() {
    recipient(1, "a");
    recipient(0, "here");
    TopicName topic = TopicName.of("a");
    FanOut fanOut = router.fanOut(0);
    assertThat(fanOut.mustWait(router.cache(0).findAtOnce(topic))).isFalse();
    for (int i = 0; i < 40_000; i++) {
      publish(0, "a", "x");
    }
    loops.run(0);
    assertThat(fanOut.mustWait(router.cache(0).findAtOnce(topic))).isTrue();
    assertThat(fanOut.mustWait(router.cache(0).findAtOnce(TopicName.of("here")))).isFalse();
    assertThat(router.fanOut(1).mustWait(router.cache(1).findAtOnce(topic)))
        .as("its own mail")
        .isFalse();
    loops.runAll();
    assertThat(fanOut.mustWait(router.cache(0).findAtOnce(topic))).isFalse();
  }

  @Test
  void aLongBacklogIsTakenInSlicesWithOtherTasksBetween() {
    RecordingRecipient there = recipient(1, "a");
    for (int i = 0; i < 40_000; i++) {
      publish(0, "a", "x");
    }
    loops.run(0);
    List<Integer> seen = new ArrayList<>();
    while (loops.loop(1).runOne()) {
      seen.add(there.got.size());
      if (seen.size() == 1) {
        // A socket's task that comes in meanwhile.
        loops.loop(1).execute(() -> {});
      }
    }
    assertThat(seen).hasSizeGreaterThan(2);
    assertThat(there.got).hasSize(40_000);
    int most = 0;
    for (int i = 1; i < seen.size(); i++) {
      most = Math.max(most, seen.get(i) - seen.get(i - 1));
    }
    assertThat(most).isLessThanOrEqualTo(TurnBudget.PER_TURN / TurnBudget.DELIVERY);
  }

  @Test
  void eachCopyCountsIntoTheTurnAndLargeOnesMore() {
    for (int i = 0; i < 1_000; i++) {
      recipient(0, "a");
    }
    publish(0, "a", "x");
    assertThat(spent(0)).isBetween(1_000L * TurnBudget.DELIVERY, 1_010L * TurnBudget.DELIVERY);
    loops.runAll();
    publish(0, "a", "x".repeat(100_000));
    assertThat(spent(0)).isGreaterThan(1_000L * 97);
  }

  @Test
  void filtersThatAreGatheredCountIntoTheTurn() {
    RecordingRecipient one = recipient(0);
    int levels = 8;
    String topic = "/a".repeat(levels);
    for (int bits = 0; bits < 1 << levels; bits++) {
      StringBuilder filter = new StringBuilder();
      for (int level = 0; level < levels; level++) {
        filter.append((bits & 1 << level) == 0 ? "/a" : "/+");
      }
      subscribe(one, filter.toString());
    }
    publish(0, topic, "x");
    assertThat(one.got).hasSize(1);
    assertThat(spent(0))
        .as("512 nodes are visited, 256 filters gathered, 1 copy made")
        .isBetween(768L * TurnBudget.VISIT, 900L * TurnBudget.VISIT);
  }

  @Test
  void mailThatIsTakenInTheMiddleOfABurstCountsIntoItsTurn() {
    recipient(1, "a");
    for (int i = 0; i < 100; i++) {
      publish(0, "a", "x");
    }
    loops.run(0);
    router.fanOut(1).takeMail();
    assertThat(spent(1)).isGreaterThanOrEqualTo(100L * TurnBudget.DELIVERY);
  }

  private long spent(int loop) {
    return TurnBudget.PER_TURN - loops.context(loop).budget().left();
  }
}
