package io.nanomq.session;

import static io.nanomq.codec.Rejections.assertRejected;
import static io.nanomq.session.SessionFixture.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a will is published, and what wills may take together. */
class SessionWillsTest {
  private final SessionFixture f = new SessionFixture(2);
  private final RecordingWriter socket = new RecordingWriter(5);
  private final RecordingWriter watcher = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private static Will will(long delaySeconds) {
    byte[] payload = {'w', 'i', 'l', 'l'};
    return new Will(TopicName.of("will"), payload, new byte[0], 1, false, delaySeconds, -1);
  }

  /** A client with a will, and another one on the other loop that wants to know. */
  private Session withWill(long delaySeconds, long expirySeconds) {
    Session other = f.open(1, "watcher", true, 0, watcher).session();
    f.subscribe(other, "will");
    return f.open(0, connect("c", 5, false, will(delaySeconds), 10), expirySeconds, socket)
        .session();
  }

  private long wills() {
    f.loops.runAll();
    return watcher.payloads().stream().filter("will"::equals).count();
  }

  @Test
  void aWillWithoutDelayIsPublishedAtOnce() {
    Session session = withWill(0, 100);
    f.disconnect(session);
    assertThat(wills()).isEqualTo(1);
    f.loops.advance(200_000);
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aWillWaitsForATurnThatHasRoomForIt() {
    Session session = withWill(0, 100);
    f.loops.runAll();
    f.loops.context(0).budget().spend(TurnBudget.PER_TURN);
    f.disconnect(session);
    f.loops.run(1);
    assertThat(watcher.payloads()).isEmpty();
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aWillThatWaitsCountsThoughItsSessionHasEnded() {
    Session session = withWill(0, 0);
    long[] all = {f.budgets.of(Purpose.SESSIONS).held(), f.account.held(Purpose.SESSIONS)};
    f.loops.runAll();
    f.loops.context(0).budget().spend(TurnBudget.PER_TURN);
    f.disconnect(session);
    assertThat(session.hasEnded()).isTrue();
    assertThat(f.budgets.of(Purpose.SESSIONS).held()).isGreaterThanOrEqualTo(all[0]);
    assertThat(f.account.held(Purpose.SESSIONS)).isGreaterThanOrEqualTo(all[1]);
    assertThat(wills()).isEqualTo(1);
    f.sessions.get(1).end(f.registry.find("watcher"));
    assertThat(f.budgets.of(Purpose.SESSIONS).held()).isZero();
    assertThat(f.account.held(Purpose.SESSIONS)).isZero();
  }

  @Test
  void eachWillThatWaitsCountsThoughTheClientComesAgain() {
    Session session = withWill(0, 100);
    f.loops.runAll();
    long before = f.budgets.of(Purpose.SESSIONS).held();
    f.loops.context(0).budget().spend(TurnBudget.PER_TURN);
    int will = will(0).keptBytes();
    for (int i = 1; i <= 10; i++) {
      f.disconnect(session);
      f.open(0, connect("c", 5, false, will(0), 10), 100, socket);
      assertThat(f.budgets.of(Purpose.SESSIONS).held()).isGreaterThanOrEqualTo(before + i * will);
    }
    assertThat(wills()).isEqualTo(10);
    assertThat(f.budgets.of(Purpose.SESSIONS).held()).isEqualTo(before);
  }

  @Test
  void noWillIsPublishedAfterANormalDisconnect() {
    Session session = withWill(5, 100);
    f.sessions.get(0).disconnected(session, false);
    f.loops.advance(200_000);
    assertThat(wills()).isZero();
  }

  @Test
  void aDelayedWillWaits() {
    Session session = withWill(5, 100);
    f.disconnect(session);
    f.loops.advance(4_900);
    assertThat(wills()).isZero();
    f.loops.advance(200);
    assertThat(wills()).isEqualTo(1);
    f.loops.advance(200_000);
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aDelayedWillIsForgottenWhenTheClientComesBack() {
    Session session = withWill(5, 100);
    f.disconnect(session);
    f.loops.advance(4_000);
    f.open(0, "c", false, 100, socket);
    f.loops.advance(20_000);
    assertThat(wills()).isZero();
    f.disconnect(session);
    f.loops.advance(200_000);
    assertThat(wills()).as("the new CONNECT had none").isZero();
  }

  @Test
  void aDelayedWillIsPublishedWhenTheSessionEndsBefore() {
    Session session = withWill(50, 10);
    f.disconnect(session);
    f.loops.advance(9_000);
    assertThat(wills()).isZero();
    f.loops.advance(1_500);
    assertThat(session.hasEnded()).isTrue();
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aDelayedWillIsPublishedByACleanStart() {
    Session session = withWill(50, 100);
    f.disconnect(session);
    f.open(0, "c", true, 100, socket);
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aSessionThatEndsWithItsConnectionPublishesItsWillWhateverTheDelay() {
    Session session = withWill(50, 0);
    f.disconnect(session);
    assertThat(wills()).isEqualTo(1);
    f.loops.advance(100_000);
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void aSessionKeepsNoWillThatWasDiscardedOrPublished() {
    Session session = withWill(5, 100);
    assertThat(session.connect().will()).isNotNull();
    f.sessions.get(0).disconnected(session, false);
    assertThat(session.connect().will()).isNull();
    assertThat(session.pendingWill).isNull();
    assertThat(session.snapshot().username()).isEqualTo("user");
    f.open(0, connect("c", 5, false, will(5), 10), 100, socket);
    f.disconnect(session);
    assertThat(session.connect().will()).isNull();
    assertThat(session.pendingWill).isNotNull();
    f.loops.advance(6_000);
    assertThat(session.pendingWill).isNull();
    assertThat(wills()).isEqualTo(1);
  }

  @Test
  void whatWillsTakeTogetherIsBounded() {
    // Three quarters of the sessions' budget are 370 KB, a quarter is more than one will.
    var budgets = new MemoryBudgets(5_200_000, 0);
    try (SessionFixture small = new SessionFixture(1, 1_500_000, budgets)) {
      small.open(0, large("z", 0), 0, new RecordingWriter(5));
      Session first = small.open(0, large("a", 0), 0, new RecordingWriter(5)).session();
      Session second = small.open(0, large("b", 60), 100, new RecordingWriter(5)).session();
      assertRejected(
          ReasonCode.QUOTA_EXCEEDED, () -> small.open(0, large("c", 0), 0, new RecordingWriter(5)));
      assertThat(small.registry.find("c")).isNull();
      assertThat(small.drops(DropReason.SESSION_LIMIT)).isEqualTo(1);
      small.open(0, "without a will", false, 0, new RecordingWriter(5));

      // A will that waits for its time takes as much as before.
      small.disconnect(second);
      second = small.open(0, large("b", 60), 100, new RecordingWriter(5)).session();
      small.disconnect(second);
      assertRejected(
          ReasonCode.QUOTA_EXCEEDED, () -> small.open(0, large("c", 0), 0, new RecordingWriter(5)));
      small.loops.advance(61_000);
      Session third = small.open(0, large("c", 0), 0, new RecordingWriter(5)).session();
      for (int i = 0; i < 10; i++) {
        small.disconnect(third);
        third = small.open(0, large("c", 0), 0, new RecordingWriter(5)).session();
      }
      assertRejected(
          ReasonCode.QUOTA_EXCEEDED, () -> small.open(0, large("d", 0), 0, new RecordingWriter(5)));
      small.disconnect(first);
      small.open(0, large("d", 0), 0, new RecordingWriter(5));
    }
  }

  @Test
  void aConnectThatIsRefusedDoesNotKickWhoIsThere() {
    var budgets = new MemoryBudgets(5_200_000, 0);
    try (SessionFixture small = new SessionFixture(1, 1_500_000, budgets)) {
      small.open(0, large("z", 0), 0, new RecordingWriter(5));
      small.open(0, large("a", 0), 0, new RecordingWriter(5));
      small.open(0, large("b", 0), 0, new RecordingWriter(5));
      Session there = small.open(0, "c", false, 100, socket).session();
      small.subscribe(there, "t");
      Connect will = large("c", 0);
      Connect clean = connect("c", 5, true, will.will(), 10);
      for (Connect refused : List.of(will, clean)) {
        assertRejected(
            ReasonCode.QUOTA_EXCEEDED, () -> small.open(0, refused, 0, new RecordingWriter(5)));
      }
      assertThat(socket.closed).isEmpty();
      assertThat(small.registry.find("c")).isSameAs(there);
      small.publish(0, "t", "still here", 1);
      assertThat(socket.payloads()).containsExactly("still here");
      small.open(0, "c", true, 100, watcher);
      assertThat(socket.closed).containsExactly(ReasonCode.SESSION_TAKEN_OVER);
    }
  }

  private static Connect large(String clientId, long delaySeconds) {
    Will will =
        new Will(TopicName.of("w"), new byte[100_000], new byte[0], 0, false, delaySeconds, -1);
    return connect(clientId, 5, false, will, 10);
  }
}
