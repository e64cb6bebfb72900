package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeferredSessionStore;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.UndeliveredMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the store is told of messages on their way to those who outlive the process. */
class PublishRecorderTest {
  private static final long FIRST = MessageNumber.of(0, 1);
  private static final long SECOND = MessageNumber.of(0, 2);

  private final ManualLoops loops = new ManualLoops(3);
  private final DeferredSessionStore store = new DeferredSessionStore(loops::loop);
  private final Router router =
      new Router(
          loops.contexts(),
          () -> 20,
          () -> false,
          () -> ShareStrategy.ROUND_ROBIN,
          new MemoryBudgets(1L << 36, 0));

  PublishRecorderTest() {
    for (LoopContext loop : loops.contexts().all()) {
      var own = store.open(loop, new StoreClock(() -> 0, loops::nowMillis));
      router.fanOut(loop.index()).store(own, 0);
    }
  }

  @AfterEach
  void close() {
    router.close();
  }

  private RecordingRecipient recipient(int loop, boolean durable, String... filters) {
    var recipient = new RecordingRecipient("on " + loop, loop);
    recipient.durable = durable;
    for (String filter : filters) {
      subscribe(recipient, filter, 2);
    }
    return recipient;
  }

  private Subscriber subscribe(RecordingRecipient to, String filter, int qos) {
    var subscriber = new Subscriber(to, new Subscription(filter, qos, false, false, 0, 0));
    router.tree().add(subscriber);
    return subscriber;
  }

  private void publish(int loop, String topic, int qos) {
    FanOut fanOut = router.fanOut(loop);
    byte[] payload = "x".getBytes(StandardCharsets.UTF_8);
    var message =
        new PublishMessage(
            TopicName.of(topic), payload, new byte[0], qos, false, PublishMessage.NEVER);
    fanOut.outgoing().begin(message, loops.nowMillis());
    try {
      fanOut.publish(router.cache(loop).findAtOnce(message.topic()), null);
    } finally {
      fanOut.outgoing().end();
    }
  }

  private List<String> told() {
    return store.toldBesides();
  }

  @Test
  void nothingOfWhatOnlyCleanSessionsGetOrNobodyHasToGet() {
    recipient(0, false, "a", "$share/g/a");
    recipient(1, false, "a");
    subscribe(recipient(1, true), "a", 0);
    RecordingRecipient durable = recipient(1, true, "b");
    publish(0, "a", 2);
    publish(0, "b", 0);
    loops.runAll();
    assertThat(told()).isEmpty();
    assertThat(durable.numbers).containsExactly(0L);
  }

  @Test
  void theMessageBeforeAnotherLoopKnowsOfItAndThenWhoHasHandedItOver() {
    RecordingRecipient here = recipient(0, true, "a");
    RecordingRecipient there = recipient(2, true, "a");
    RecordingRecipient clean = recipient(1, false, "a");
    publish(0, "a", 1);
    assertThat(told()).containsExactly("published " + FIRST + " a to 101[]");
    loops.run(0);
    assertThat(told().subList(1, 3))
        .containsExactly("handing over 0", "handed over " + FIRST + " of 0 on 0");
    loops.runAll();
    assertThat(told().subList(3, told().size()))
        .containsExactly("handed over " + FIRST + " of 0 on 2");
    assertThat(here.numbers).containsExactly(FIRST);
    assertThat(there.numbers).containsExactly(FIRST);
    assertThat(clean.numbers).as("it is not kept for those").containsExactly(0L);
  }

  /** The index need not keep what is handed over by the batch that it comes with. */
  @Test
  void whatIsHandedOverIsToldOnceAndWithTheBatchOfTheMessages() {
    recipient(0, true, "a");
    publish(0, "a", 1);
    publish(0, "a", 1);
    store.write(0);
    assertThat(told()).endsWith("handed over " + SECOND + " of 0 on 0").hasSize(3);
    publish(0, "a", 1);
    loops.runAll();
    assertThat(told()).endsWith("handed over " + MessageNumber.of(0, 3) + " of 0 on 0").hasSize(5);
  }

  @Test
  void severalOfATurnAtOnce() {
    recipient(0, true, "a");
    recipient(1, true, "a", "b");
    publish(0, "a", 1);
    publish(0, "b", 2);
    publish(2, "a", 1);
    loops.runAll();
    assertThat(told())
        .contains(
            "published " + SECOND + " b to 10[]",
            "published " + MessageNumber.of(2, 1) + " a to 11[]",
            "handed over " + FIRST + " of 0 on 0",
            "handed over " + SECOND + " of 0 on 1",
            "handed over " + MessageNumber.of(2, 1) + " of 2 on 0",
            "handed over " + MessageNumber.of(2, 1) + " of 2 on 1")
        .doesNotContain("handed over " + SECOND + " of 0 on 0");
  }

  @Test
  void whoBecomesDurableOrIsSoNoMoreOrHasAnotherQosIsSeenByRoutesThatAreKnown() {
    RecordingRecipient one = recipient(1, false);
    RecordingRecipient other = recipient(1, false, "a");
    Subscriber subscriber = subscribe(one, "a", 1);
    Subscriber member = subscribe(one, "$share/g/a", 1);
    publish(0, "a", 1);
    one.durable = true;
    router.fanOut(1).recount(List.of(subscriber, member));
    publish(0, "a", 1);
    assertThat(told()).containsExactly("published " + FIRST + " a to 10[$share/g/a]");
    subscriber.options(new Subscription("a", 0, false, false, 0, 0));
    router.tree().recount(subscriber);
    router.tree().remove(member);
    publish(0, "a", 1);
    assertThat(told()).hasSize(1);
    subscriber.options(new Subscription("a", 2, false, false, 0, 0));
    router.tree().recount(subscriber);
    publish(0, "a", 1);
    assertThat(told()).hasSize(2);
    one.durable = false;
    router.fanOut(1).recount(List.of(subscriber));
    publish(0, "a", 1);
    subscribe(other, "b", 1);
    router.tree().remove(subscriber);
    publish(0, "a", 1);
    assertThat(told()).hasSize(2);
  }

  @Test
  void aGroupsPartByWhoeverHasGivenItToAMember() {
    recipient(0, true, "$share/g/a");
    recipient(1, false, "$share/g/a");
    RecordingRecipient alone = recipient(2, true, "$share/h/a");
    recipient(0, false, "$share/clean/a");
    publish(0, "a", 1);
    publish(0, "a", 1);
    loops.runAll();
    String groups = "[$share/g/a, $share/h/a]";
    assertThat(told())
        .containsOnlyOnce(
            "published " + FIRST + " a to 0" + groups,
            "published " + SECOND + " a to 0" + groups,
            "handed over " + FIRST + " to $share/g/a",
            "handed over " + SECOND + " to $share/g/a",
            "handed over " + FIRST + " to $share/h/a",
            "handed over " + SECOND + " to $share/h/a");
    assertThat(told()).noneMatch(line -> line.contains("clean"));
    assertThat(alone.numbers).containsExactly(FIRST, SECOND);
  }

  @Test
  void aGroupsPartIsDoneWhereNobodyTakesIt() {
    RecordingRecipient here = recipient(0, true, "$share/g/a");
    RecordingRecipient there = recipient(1, true, "$share/g/a");
    here.refuses = DropReason.QUEUE_FULL;
    there.refuses = here.refuses;
    publish(0, "a", 1);
    loops.runAll();
    assertThat(told()).containsOnlyOnce("handed over " + FIRST + " to $share/g/a");
  }

  @Test
  void whatAMemberHandsOnIsAMessageOfItsOwn() {
    RecordingRecipient first = recipient(0, true, "$share/g/a");
    publish(0, "a", 1);
    loops.runAll();
    RecordingRecipient next = recipient(1, true, "$share/g/a");
    var again = first.got.get(0).group();
    var message =
        new PublishMessage(
            TopicName.of("a"), new byte[1], new byte[0], 1, false, PublishMessage.NEVER);
    router.fanOut(0).redispatch(0, again, message, first, DropReason.TOO_LARGE);
    loops.runAll();
    assertThat(told())
        .containsSubsequence(
            "published " + SECOND + " a to 0[$share/g/a]",
            "handing over 0",
            "handed over " + SECOND + " to $share/g/a");
    assertThat(next.numbers).containsExactly(SECOND);
  }

  @Test
  void whoIsFullElsewhereIsNoTarget() {
    RecordingRecipient there = recipient(1, true, "a");
    there.full = true;
    router.fanOut(1).addFull(1);
    publish(0, "a", 1);
    assertThat(told()).isEmpty();
    recipient(2, true, "a");
    publish(0, "a", 1);
    assertThat(told()).containsExactly("published " + FIRST + " a to 100[]");
  }

  @Test
  void whatIsDeliveredOverSeveralTurnsIsHandedOverWhenItIsWhole() {
    int many = 2 * TurnBudget.PER_TURN / TurnBudget.DELIVERY + 1_000;
    IntStream.range(0, many).forEach(i -> recipient(1, i == 0, "large"));
    RecordingRecipient last = recipient(1, true, "large", "small");
    recipient(1, true, "$share/g/large");
    publish(0, "large", 1);
    publish(0, "small", 1);
    while (last.got.size() < 2) {
      assertThat(told()).noneMatch(line -> line.startsWith("handed over " + SECOND));
      assertThat(told()).doesNotContain("handed over " + FIRST + " of 0 on 1");
      assertThat(loops.loop(0).runOne() | loops.loop(1).runOne()).isTrue();
    }
    loops.runAll();
    assertThat(told()).containsOnlyOnce("handed over " + SECOND + " of 0 on 1");
    assertThat(last.numbers).containsExactlyInAnyOrder(FIRST, SECOND);
  }

  @Test
  void aStoreInMemoryIsToldNothing() {
    router.fanOut(0).store(new MemorySessionStore(), 0);
    RecordingRecipient durable = recipient(0, true, "a");
    publish(0, "a", 1);
    loops.runAll();
    assertThat(told()).isEmpty();
    assertThat(durable.numbers).containsExactly(0L);
  }

  @Test
  void whatWasNotHandedOverGoesToThoseThatHaveNotHadItAndToGroupsAsAMessageOfItsOwn() {
    var message =
        new PublishMessage(
            TopicName.of("a"), new byte[1], new byte[0], 1, false, PublishMessage.NEVER);
    RecordingRecipient here = recipient(0, true, "a", "#");
    RecordingRecipient there = recipient(2, true, "a");
    there.storedNumber = 8;
    RecordingRecipient had = recipient(2, true, "a");
    had.storedNumber = 9;
    RecordingRecipient member = recipient(1, true, "$share/g/a");
    RecordingRecipient other = recipient(1, true, "$share/h/a");
    long number = MessageNumber.of(5, 77);
    var groups = List.of(GroupName.of("$share/g/a"), GroupName.of("$share/gone/a"));
    var rest = new UndeliveredMessage(number, message, true, groups, new long[] {9, 4});
    loops.contexts().all().forEach(loop -> router.fanOut(loop.index()).routeAgain(rest));
    router.fanOut(0).routedAgain(rest);
    loops.runAll();
    assertThat(here.numbers).containsExactly(number);
    assertThat(there.numbers).containsExactly(number);
    assertThat(member.numbers).containsExactly(FIRST);
    assertThat(had.got).isEmpty();
    assertThat(other.got).isEmpty();
    assertThat(told())
        .containsExactly(
            "published " + FIRST + " a to 0[$share/g/a]",
            "routed again " + number,
            "handing over 0",
            "handed over " + FIRST + " to $share/g/a");
  }

  @Test
  void numbersGoOnWhereAnEarlierProcessEnded() {
    var own = store.open(loops.context(0), new StoreClock(() -> 0, loops::nowMillis));
    router.fanOut(0).store(own, 41);
    recipient(0, true, "a");
    publish(0, "a", 1);
    assertThat(told()).containsExactly("published " + MessageNumber.of(0, 42) + " a to 1[]");
  }
}
