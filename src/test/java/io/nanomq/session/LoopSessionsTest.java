package io.nanomq.session;

import static io.nanomq.codec.Rejections.assertRejected;
import static io.nanomq.session.SessionFixture.connect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopSessionsTest {
  private final SessionFixture f = new SessionFixture(2);
  private final RecordingWriter socket = new RecordingWriter(5);
  private final RecordingWriter watcher = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  // ---- begin and resume

  @Test
  void aNewClientGetsANewSessionAndAReturningOneItsOld() {
    LoopSessions.Opened first = f.open(0, "c", false, 100, socket);
    assertThat(first.present()).isFalse();
    assertThat(f.registry.find("c")).isSameAs(first.session());
    f.subscribe(first.session(), "t");
    f.disconnect(first.session());
    assertThat(first.session().isOnline()).isFalse();
    LoopSessions.Opened second = f.open(0, "c", false, 100, socket);
    assertThat(second.present()).isTrue();
    assertThat(second.session()).isSameAs(first.session());
    assertThat(second.session().isOnline()).isTrue();
    assertThat(second.session().subscriptions()).hasSize(1);
  }

  @Test
  void aCleanStartEndsTheOldSession() {
    Session old = f.open(0, "c", false, 100, socket).session();
    f.subscribe(old, "t");
    f.disconnect(old);
    LoopSessions.Opened opened = f.open(0, "c", true, 100, socket);
    assertThat(opened.present()).isFalse();
    assertThat(opened.session()).isNotSameAs(old);
    assertThat(old.hasEnded()).isTrue();
    assertThat(f.router.tree().size()).isZero();
    assertThat(f.store.told()).containsExactly("kept c for 100", "ended c", "kept c for 100");
  }

  @Test
  void whereAnotherLoopWasQuickerNothingIsOpened() {
    Session other =
        new Session("c", f.loops.context(1), f.contexts.get(1), SessionFixture.memory());
    SessionRegistry registry = f.registry;
    assertThat(registry.tryAdd(other, 10)).isTrue();
    assertThat(
            registry.tryAdd(
                new Session("c", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()),
                10))
        .isFalse();
    assertThat(f.sessions.get(0).open(connect("c", 5, true, null, 1), socket, 60, 0, f.account))
        .isNull();
    registry.remove(
        new Session("c", f.loops.context(0), f.contexts.get(0), SessionFixture.memory()));
    assertThat(registry.find("c")).as("not somebody else's to remove").isSameAs(other);
  }

  // ---- the end

  @Test
  void aSessionWithoutExpiryEndsWithItsConnection() {
    Session session = f.open(0, "c", false, 0, socket).session();
    f.subscribe(session, "t");
    f.disconnect(session);
    assertThat(session.hasEnded()).isTrue();
    assertThat(f.registry.size()).isZero();
    assertThat(f.router.tree().size()).isZero();
  }

  @Test
  void aSessionExpiresWhenItsTimeIsUpAndNotBefore() {
    Session session = f.open(0, "c", false, 10, socket).session();
    f.disconnect(session);
    f.loops.advance(9_900);
    assertThat(session.hasEnded()).isFalse();
    f.loops.advance(300);
    assertThat(session.hasEnded()).isTrue();
    assertThat(f.store.told()).containsExactly("kept c for 10", "ended c");
  }

  @Test
  void whoeverComesBackInTimeStartsTheTimeAnew() {
    Session session = f.open(0, "c", false, 10, socket).session();
    f.disconnect(session);
    f.loops.advance(9_000);
    f.open(0, "c", false, 10, socket);
    f.loops.advance(60_000);
    assertThat(session.hasEnded()).isFalse();
    f.disconnect(session);
    f.loops.advance(9_000);
    assertThat(session.hasEnded()).isFalse();
    f.loops.advance(2_000);
    assertThat(session.hasEnded()).isTrue();
  }

  @Test
  void aSessionThatNeverExpiresStays() {
    Session session = f.open(0, "c", false, Connect.NEVER_EXPIRES, socket).session();
    f.disconnect(session);
    f.loops.jump(1_000L * 0x1_0000_0000L);
    f.loops.advance(200);
    assertThat(session.hasEnded()).isFalse();
  }

  @Test
  void theStoreForgetsASessionWhoseExpiryBecomesZero() {
    Session session = f.open(0, "c", false, 100, socket).session();
    session.expirySeconds(0);
    f.disconnect(session);
    assertThat(session.hasEnded()).isTrue();
    assertThat(f.store.told()).containsExactly("kept c for 100", "ended c");
    Session again = f.open(0, "d", false, 100, socket).session();
    f.disconnect(again);
    f.open(0, "d", false, 0, socket);
    f.disconnect(again);
    assertThat(f.store.told()).endsWith("kept d for 100", "ended d");
  }

  // ---- wills

  private static Connect willing(String payload, int delaySeconds) {
    byte[] bytes = payload.getBytes(UTF_8);
    Will will = new Will(TopicName.of("will"), bytes, new byte[0], 1, false, delaySeconds, -1);
    return connect("c", 5, false, will, 100);
  }

  /** Its publication may take turns; the one that came meanwhile is the store's still. */
  @Test
  void aWillThatIsPublishedLateSettlesNoOther() {
    f.subscribe(f.open(0, "watcher", true, 0, watcher).session(), "will");
    Session session = f.open(0, willing("first", 0), 100, socket).session();
    f.loops.context(0).budget().spend(2 * TurnBudget.PER_TURN);
    f.disconnect(session);
    assertThat(f.open(0, willing("second", 0), 100, socket).session()).isSameAs(session);
    f.loops.runAll();
    assertThat(watcher.payloads()).containsExactly("first");
    assertThat(f.store.toldBesides()).doesNotContain("will of c");
    f.disconnect(session);
    f.loops.runAll();
    assertThat(watcher.payloads()).containsExactly("first", "second");
    assertThat(f.store.toldBesides()).containsOnlyOnce("will of c");
    f.sessions.get(0).end(session);
    f.loops.runAll();
    assertThat(watcher.payloads()).as("once each").hasSize(2);
  }

  /** Whatever comes at the moment when it is due: the end, whoever comes back, and both. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true", "false, false"})
  void aDelayedWillIsPublishedOnce(boolean comesBack, boolean ends) {
    f.subscribe(f.open(0, "watcher", true, 0, watcher).session(), "will");
    Session session = f.open(0, willing("first", 10), 10, socket).session();
    f.disconnect(session);
    f.loops.advance(9_900);
    assertThat(watcher.payloads()).isEmpty();
    f.loops.context(0).budget().spend(2 * TurnBudget.PER_TURN);
    if (ends) {
      f.sessions.get(0).end(session);
    }
    if (comesBack) {
      f.open(0, willing("second", 10), 10, socket);
    }
    f.loops.advance(60_000);
    f.loops.runAll();
    assertThat(watcher.payloads())
        .containsExactlyElementsOf(comesBack && !ends ? List.of() : List.of("first"));
  }

  @Test
  void manySubscriptionsAreTakenOutInSlicesAndBringNothingMeanwhile() {
    Session session = f.open(0, "c", false, 0, socket).session();
    IntStream.range(0, 5_000).forEach(i -> f.subscribe(session, "t/" + i));
    f.disconnect(session);
    assertThat(f.router.tree().size()).isBetween(1, 4_999);
    f.publish(0, "t/1", "late", 1);
    f.publish(0, "t/4999", "late", 1);
    Session next = f.open(0, "c", false, 0, socket).session();
    f.subscribe(next, "mine");
    f.loops.runAll();
    assertThat(f.router.tree().size()).isEqualTo(1);
    assertThat(socket.sent).isEmpty();
  }

  @Test
  void endingTwiceChangesNothing() {
    Session session = f.open(0, "c", false, 100, socket).session();
    f.disconnect(session);
    f.sessions.get(0).end(session);
    f.sessions.get(0).end(session);
    f.disconnect(session);
    assertThat(f.store.told()).containsExactly("kept c for 100", "ended c");
  }

  // ---- shared subscriptions

  @Test
  void whatASessionThatEndsHasNotGotGoesToAnotherMember() {
    Session leaving = f.open(0, "c", false, 100, socket).session();
    f.subscribe(leaving, "$share/g/t");
    f.window = 1;
    f.publish(0, "t", "in flight", 1);
    f.publish(0, "t", "queued", 1);
    f.publish(0, "t", "queued 2", 2);
    f.disconnect(leaving);
    Session staying = f.open(1, "watcher", false, 100, watcher).session();
    f.window = 100;
    f.subscribe(staying, "$share/g/t");
    f.loops.advance(101_000);
    assertThat(leaving.hasEnded()).isTrue();
    assertThat(watcher.payloads()).containsExactly("in flight", "queued", "queued 2");
  }

  /** [MQTT-3.3.2-5]: delivery to another member has not begun when the time is over. */
  @Test
  void whatExpiresBeforeAMemberLeavesGoesToNobodyElse() {
    Session leaving = f.open(0, "c", false, 100, socket).session();
    f.subscribe(leaving, "$share/g/t");
    long soon = f.loops.nowMillis() + 50_000;
    f.publishers.get(0).publish(SessionFixture.message("t", "short", 1, false, soon), null);
    f.publish(0, "t", "long", 1);
    f.disconnect(leaving);
    Session staying = f.open(1, "watcher", false, 100, watcher).session();
    f.subscribe(staying, "$share/g/t");
    f.loops.advance(101_000);
    assertThat(watcher.payloads()).containsExactly("long");
    assertThat(f.drops(DropReason.EXPIRED)).isEqualTo(1);
  }

  @Test
  void whoStartsAnewTakesThePlaceOfItsOldSession() {
    f.maxSessions = 1;
    f.open(0, "c", false, 100, socket);
    Session next = f.open(0, "c", true, 100, watcher).session();
    assertThat(f.registry.find("c")).isSameAs(next);
    assertThat(f.registry.size()).isEqualTo(1);
  }

  @Test
  void noMoreSessionsBeginThanThereMayBeButAnyIsResumed() {
    f.maxSessions = 2;
    Session away = f.open(0, "away", false, 100, socket).session();
    f.disconnect(away);
    f.open(1, "brief", false, 0, watcher);
    assertRejected(
        ReasonCode.QUOTA_EXCEEDED, () -> f.open(0, "one more", true, 0, new RecordingWriter(5)));
    assertThat(f.drops(DropReason.SESSION_LIMIT)).isEqualTo(1);
    assertThat(f.open(0, "away", false, 100, socket).present()).isTrue();
    f.maxSessions = 1;
    f.disconnect(away);
    assertThat(f.open(0, "away", false, 100, socket).present()).as("fewer now").isTrue();
    f.disconnect(away);
    f.maxSessions = 2;
    assertThat(f.open(0, "away", true, 100, socket).present()).as("in its place").isFalse();
  }

  @Test
  void aQos2MessageThatWasSentGoesToNobodyElse() {
    Session leaving = f.open(0, "c", false, 100, socket).session();
    f.subscribe(leaving, "$share/g/t");
    f.publish(0, "t", "sent", 2);
    f.publish(0, "t", "received", 2);
    leaving.received(2);
    f.disconnect(leaving);
    Session staying = f.open(1, "watcher", false, 100, watcher).session();
    f.subscribe(staying, "$share/g/t");
    f.loops.advance(101_000);
    assertThat(watcher.sent).isEmpty();
    assertThat(f.drops(DropReason.SESSION_ENDED)).isEqualTo(1);
    assertThat(f.held.get(0).bytes()).as("nothing is accounted for").isZero();
  }

  @Test
  void whatNobodyElseMayHaveIsCounted() {
    Session leaving = f.open(0, "c", false, 10, socket).session();
    f.subscribe(leaving, "t");
    f.publish(0, "t", "1", 1);
    f.disconnect(leaving);
    f.publish(0, "t", "2", 1);
    f.loops.advance(11_000);
    assertThat(f.drops(DropReason.SESSION_ENDED)).isEqualTo(2);
    assertThat(f.held.get(0).bytes()).as("nothing is accounted for").isZero();
  }

  @Tag("slow")
  @Test
  void aLongQueueIsHandedOnOverSeveralTurns() {
    int many = 3 * TurnBudget.PER_TURN / TurnBudget.DELIVERY;
    f.queueLength = many;
    f.queueBytes = 1L << 30;
    Session leaving = f.open(0, "c", false, 10, socket).session();
    f.subscribe(leaving, "$share/g/t");
    f.disconnect(leaving);
    IntStream.range(0, many).forEach(i -> f.publish(0, "t", "" + i, 1));
    Session staying = f.open(0, "watcher", false, 100, watcher).session();
    f.subscribe(staying, "$share/g/t");
    f.queueLength = 2 * many;
    f.loops.runAll();
    f.sessions.get(0).end(leaving);
    assertThat(watcher.sent.size() + staying.snapshot().queued()).isLessThan(many / 2);
    f.loops.runAll();
    assertThat(watcher.sent.size() + staying.snapshot().queued()).isEqualTo(many);
    f.sessions.get(0).end(staying);
    f.loops.runAll();
    assertThat(f.held.get(0).bytes()).as("nothing is accounted for").isZero();
    assertThat(f.held.get(0).accountCount()).isZero();
  }

  @Test
  void whoEndsWithVeryManySubscriptionsIsNotChosenAnyMore() {
    Session leaving = f.open(0, "c", false, 10, socket).session();
    int many = 2 * TurnBudget.PER_TURN / TurnBudget.FILTER;
    IntStream.range(0, many).forEach(i -> f.subscribe(leaving, "$share/g/t/" + i));
    Session staying = f.open(1, "watcher", false, 100, watcher).session();
    f.subscribe(staying, "$share/g/t/" + (many - 1));
    f.disconnect(leaving);
    f.sessions.get(0).end(leaving);
    assertThat(f.router.tree().size()).as("still there").isGreaterThan(many / 4);
    for (int i = 0; i < many; i++) {
      f.publish(1, "t/" + i, "" + i, 1);
    }
    f.loops.runAll();
    assertThat(watcher.payloads()).containsExactly("" + (many - 1));
    assertThat(f.drops(DropReason.NO_MEMBER)).isPositive();
    assertThat(f.router.tree().size()).isOne();
  }
}
