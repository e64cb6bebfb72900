package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.memory.Account;
import io.nanomq.memory.UsedHeap;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.HeldMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HeldMessagesTest {
  private static final int LIMIT = 20_000;

  /** A delivery without its message. */
  private static final int REFERENCE = 96;

  private final SessionFixture f = new SessionFixture(2, LIMIT);
  private final HeldMessages held = f.held.get(0);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private Session absent(String id, String filter) {
    Session session = f.open(0, id, false, 1_000_000, new RecordingWriter(5)).session();
    f.subscribe(session, filter);
    f.disconnect(session);
    return session;
  }

  private Session present(String id, String filter) {
    Session session = f.open(0, id, false, 1_000_000, socket).session();
    f.subscribe(session, filter);
    return session;
  }

  private void publish(String topic, int count, int bytes) {
    IntStream.range(0, count).forEach(i -> f.publish(0, topic, i + "x".repeat(bytes), 1));
  }

  private static PublishMessage message(String topic, int bytes, long expires) {
    return SessionFixture.message(topic, "x".repeat(bytes), 1, false, expires);
  }

  @Test
  void aMessageThatManyKeepIsCountedOnceAndAReferenceForEach() {
    PublishMessage one = message("t", 1_000, PublishMessage.NEVER);
    List<Session> all = IntStream.range(0, 10).mapToObj(i -> absent("c" + i, "t")).toList();
    f.publishers.get(0).publish(one, null);
    assertThat(held.bytes()).isEqualTo(one.retainedBytes() + 10 * REFERENCE);
    f.sessions.get(0).end(all.get(0));
    assertThat(held.bytes()).isEqualTo(one.retainedBytes() + 9 * REFERENCE);
    all.forEach(f.sessions.get(0)::end);
    assertThat(held.bytes()).isZero();
  }

  @Test
  void eachLoopCountsWhatItsSessionsKeep() {
    PublishMessage one = message("t", 1_000, PublishMessage.NEVER);
    absent("here", "t");
    Session there = f.open(1, "there", false, 1_000, socket).session();
    f.subscribe(there, "t");
    f.publishers.get(0).publish(one, null);
    f.loops.runAll();
    assertThat(f.held)
        .extracting(HeldMessages::bytes)
        .containsOnly((long) one.retainedBytes() + REFERENCE);
    there.acknowledge(1, 1, false);
    assertThat(f.held.get(1).bytes()).isZero();
    assertThat(held.bytes()).isPositive();
  }

  @Test
  void whatCanGoToASocketGoesWhateverOthersHold() {
    absent("greedy", "g");
    publish("g", 100, 1_000);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isPositive();
    Session online = present("online", "o");
    publish("o", 50, 1_000);
    assertThat(socket.sent).hasSize(50);
    assertThat(held.bytes()).isLessThanOrEqualTo(LIMIT + 50 * REFERENCE);
    socket.sent.forEach(sent -> online.acknowledge(sent.id(), 1, false));
    assertThat(online.snapshot().inflight()).isZero();
    assertThat(held.bytes())
        .isEqualTo(f.naiveHeldBytes(0, List.of(online, f.registry.find("greedy"))));
  }

  @Test
  void whoHoldsMostLosesFirstAndItsNewest() {
    Session greedy = absent("greedy", "g");
    publish("g", 100, 1_000);
    int before = greedy.snapshot().queued();
    Session honest = absent("honest", "h");
    publish("h", 30, 10);
    assertThat(honest.snapshot().queued()).isEqualTo(30);
    assertThat(greedy.snapshot().queued()).isBetween(1, before - 1);
    assertThat(held.bytes()).isLessThanOrEqualTo(LIMIT);
    f.open(0, "greedy", false, 1_000, socket);
    assertThat(socket.payloads()).element(0).asString().startsWith("0x");
    assertThat(f.drops(DropReason.QUEUE_FULL)).isZero();
  }

  @Test
  void amongThoseThatHoldMostTheLossIsShared() {
    Session one = absent("one", "g");
    Session two = absent("two", "h");
    publish("g", 8, 1_000);
    publish("h", 8, 1_000);
    Session small = absent("small", "s");
    publish("s", 10, 100);
    assertThat(small.snapshot().queued()).isEqualTo(10);
    assertThat(one.snapshot().queued()).isBetween(5, 7);
    assertThat(two.snapshot().queued()).isBetween(5, 7);
  }

  @Test
  void whatIsOnItsWayAndCouldNotBeKeptIsLostOnlyWithTheConnection() {
    Session slow = present("slow", "s");
    f.publish(0, "s", "first", 2);
    publish("s", 30, 1_000);
    f.publish(0, "s", "last", 2);
    assertThat(socket.sent).as("all were sent").hasSize(32);
    int last = socket.last().id();
    slow.received(last);
    slow.acknowledge(last, 2, true);
    assertThat(slow.snapshot().inflight()).isEqualTo(31);
    assertThat(f.drops(DropReason.MEMORY_FULL)).as("nothing is lost yet").isZero();
    f.disconnect(slow);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, "slow", false, 1_000, again);
    assertThat(again.payloads()).first().isEqualTo("first");
    assertThat(again.sent).hasSizeBetween(10, 25);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isEqualTo(31 - again.sent.size());
  }

  @Test
  void theIdentifierOfALostQos2MessageIsReleasedBeforeItMeansAnother() {
    present("greedy", "g");
    publish("g", 30, 1_000);
    RecordingWriter other = new RecordingWriter(5);
    Session slow = f.open(0, "slow", false, 1_000, other).session();
    f.subscribe(slow, "s");
    IntStream.range(0, 30).forEach(i -> f.publish(0, "s", "x".repeat(1_000), 2));
    f.disconnect(slow);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, "slow", false, 1_000, again);
    assertThat(again.sent).hasSize(30);
    assertThat(again.sent).filteredOn(RecordingWriter.Sent::isRelease).isNotEmpty();
    IntStream.rangeClosed(1, 30)
        .forEach(
            id -> {
              slow.received(id);
              slow.acknowledge(id, 2, true);
            });
    assertThat(slow.snapshot().inflight()).isZero();
  }

  @Test
  void expiredMessagesTakeNobodysPlaceInAQueue() {
    f.queueLength = 10;
    Session session = absent("c", "t");
    f.publish(0, "t", "stays", 1);
    long soon = f.loops.nowMillis() + 2_000;
    IntStream.range(0, 9).forEach(i -> f.publishers.get(0).publish(message("t", 10, soon), null));
    f.loops.jump(2_000);
    f.loops.contexts().get(0).tick();
    f.publish(0, "t", "fresh", 1);
    assertThat(session.snapshot().queued()).isEqualTo(2);
    assertThat(f.drops(DropReason.EXPIRED)).isEqualTo(9);
    assertThat(f.drops(DropReason.QUEUE_FULL)).isZero();
    f.open(0, "c", false, 1_000, socket);
    assertThat(socket.payloads()).containsExactly("stays", "fresh");
  }

  @Test
  void whatExpiresIsNoLongerCountedThoughNobodyAsks() {
    Session session = absent("c", "t");
    long soon = f.loops.nowMillis() + 2_000;
    f.publishers.get(0).publish(message("t", 10, soon), null);
    f.publishers.get(0).publish(message("t", 10, soon + 500), null);
    f.publish(0, "t", "stays", 1);
    f.loops.advance(5_000);
    assertThat(session.snapshot().queued()).isEqualTo(1);
    assertThat(held.bytes()).isEqualTo(f.naiveHeldBytes(0, List.of(session)));
  }

  @Test
  void expiredMessagesOfOthersGoBeforeAnythingElse() {
    Session other = absent("other", "o");
    Session most = absent("most", "m");
    long soon = f.loops.nowMillis() + 1_000;
    IntStream.range(0, 4)
        .forEach(i -> f.publishers.get(0).publish(message("o", 1_500, soon), null));
    publish("m", 10, 1_000);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isZero();
    // Their time is over; that they are looked through is put off to another turn.
    f.loops.jump(1_500);
    f.loops.contexts().get(0).tick();
    Session third = absent("third", "t");
    publish("t", 2, 1_000);
    assertThat(third.snapshot().queued()).isEqualTo(2);
    assertThat(other.snapshot().queued()).isZero();
    assertThat(most.snapshot().queued()).isEqualTo(10);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isZero();
  }

  @Test
  void aShortageIsSeenUntilAMinuteAfterItIsOver() {
    absent("greedy", "g");
    publish("g", 10, 1_000);
    assertThat(held.isShort()).isFalse();
    publish("g", 30, 1_000);
    assertThat(held.isShort()).isTrue();
    f.loops.advance(50_000);
    publish("g", 1, 1_000);
    f.loops.advance(50_000);
    assertThat(held.isShort()).isTrue();
    f.loops.advance(11_000);
    assertThat(held.isShort()).isFalse();
  }

  @Test
  void aPublisherOnAnotherLoopHearsThatTheOnlyQueueIsFullAndWhenItIsNot() {
    f.queueLength = 2;
    Session session = absent("c", "t");
    for (int i = 0; i < 3; i++) {
      assertThat(f.publish(1, "t", "" + i, 1)).isEqualTo(ReasonCode.SUCCESS);
      f.loops.runAll();
    }
    assertThat(session.isFull()).isTrue();
    assertThat(f.publish(1, "t", "refused", 1)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(f.publish(1, "t", "not asked", 0)).isEqualTo(ReasonCode.SUCCESS);
    f.queueLength = 3;
    f.loops.advance(6_000);
    assertThat(f.publish(1, "t", "3", 1)).isEqualTo(ReasonCode.SUCCESS);
    f.loops.runAll();
    f.publish(0, "t", "one too many", 1);
    assertThat(session.isFull()).isTrue();
    f.open(0, "c", false, 1_000, socket);
    assertThat(session.isFull()).isFalse();
    assertThat(socket.payloads()).containsExactly("0", "1", "3");
  }

  /** Each holds no more than the honest one: who has most is the address, not one of them. */
  @Test
  void manySessionsOfOneAccountPushNobodyElseOut() {
    for (int i = 0; i < 50; i++) {
      absent("many" + i, "many/" + i);
      f.publish(0, "many/" + i, "x".repeat(200), 1);
    }
    Account other = new Account("other");
    var connect = SessionFixture.connect("honest", 5, false, null, 100);
    Session honest = f.open(0, connect, 1_000, new RecordingWriter(5), other).session();
    f.subscribe(honest, "h");
    f.disconnect(honest);
    for (int round = 0; round < 3; round++) {
      publish("h", 3, 200);
      IntStream.range(0, 50).forEach(i -> f.publish(0, "many/" + i, "y".repeat(200), 1));
    }
    assertThat(honest.snapshot().queued()).as("nine of 200 bytes").isEqualTo(9);
    assertThat(f.drops(DropReason.MEMORY_FULL)).isPositive();
    f.sessions.get(0).end(honest);
    assertThat(held.accountCount()).isOne();
  }

  /** What all of them keep is one message: they are no more to blame than one who keeps it. */
  @Test
  void anAccountIsNotChargedForEachOfManyThatKeepTheSame() {
    List<Session> fleet = IntStream.range(0, 20).mapToObj(i -> absent("f" + i, "fleet")).toList();
    f.publish(0, "fleet", "x".repeat(1_000), 1);
    Account other = new Account("other");
    var connect = SessionFixture.connect("greedy", 5, false, null, 100);
    Session greedy = f.open(0, connect, 1_000, new RecordingWriter(5), other).session();
    f.subscribe(greedy, "g");
    f.disconnect(greedy);
    publish("g", 40, 1_000);
    assertThat(fleet).allSatisfy(one -> assertThat(one.snapshot().queued()).isOne());
    assertThat(greedy.snapshot().queued()).isLessThan(20);
  }

  @Tag("slow")
  @Test
  void aDeliveryCostsWhatIsCountedForIt() throws Exception {
    int many = 20_000;
    try (SessionFixture large = new SessionFixture(1)) {
      large.queueLength = large.window = many;
      large.queueBytes = 1L << 30;
      // It does not outlast its connection: no store writes down what it is told.
      Session session = large.open(0, "slow", true, 0, socket).session();
      large.subscribe(session, "t");
      PublishMessage one = message("t", 10, PublishMessage.NEVER);
      socket.room = 0;
      long waiting =
          UsedHeap.of(
              () -> {
                IntStream.range(0, many).forEach(i -> large.publishers.get(0).publish(one, null));
                return large;
              });
      long counted = large.held.get(0).bytes();
      assertThat(counted).isBetween(waiting, waiting * 2);
      socket.room = Integer.MAX_VALUE;
      long moreInFlight =
          UsedHeap.of(
              () -> {
                session.pump();
                large.loops.runAll();
                socket.sent.clear();
                ((ArrayList<?>) socket.sent).trimToSize();
                return large;
              });
      assertThat(session.snapshot().inflight()).isEqualTo(many);
      assertThat(large.held.get(0).bytes())
          .isEqualTo(counted)
          .isGreaterThan(waiting + moreInFlight);
    }
  }
}
