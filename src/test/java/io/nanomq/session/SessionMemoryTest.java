package io.nanomq.session;

import static io.nanomq.codec.Rejections.assertRejected;
import static io.nanomq.session.SessionFixture.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.memory.Budget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.memory.UsedHeap;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.SessionStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SessionMemoryTest {
  private final RecordingWriter socket = new RecordingWriter(5);

  private static Budget sessions(SessionFixture f) {
    return f.budgets.of(Purpose.SESSIONS);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 500})
  void aSessionCostsWhatIsCountedForIt(int length) throws Exception {
    try (SessionFixture f = new SessionFixture(1)) {
      long used =
          UsedHeap.of(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  // A string of its own, as each CONNECT brings it.
                  Connect packet =
                      connect(String.format("%-" + length + "d", i), 5, false, null, 10);
                  Session session = f.open(0, packet, 1_000_000, socket).session();
                  f.disconnect(session);
                  f.store.forget();
                }
                return f;
              });
      assertThat(f.registry.size()).isEqualTo(20_000);
      assertThat(sessions(f).held()).isBetween(used / 100 * 90, used * 3);
    }
  }

  @Test
  void allIsGivenBackAsSessionsEnd() {
    try (SessionFixture f = new SessionFixture(1)) {
      Session lasting = f.open(0, "lasting", false, 10, socket).session();
      for (int id = 1; id <= 1_000; id++) {
        assertThat(lasting.unreleased().hasRoom()).isTrue();
        lasting.unreleased().add(id);
      }
      f.subscribe(lasting, "a/b");
      long most = sessions(f).held();
      for (int id = 1; id <= 999; id++) {
        lasting.unreleased().release(id);
      }
      assertThat(sessions(f).held()).as("packet identifiers").isLessThan(most - 1_900);
      f.open(0, "brief", true, 0, new RecordingWriter(5));
      assertThat(f.account.held(Purpose.SESSIONS)).isEqualTo(sessions(f).held());
      f.disconnect(f.registry.find("brief"));
      f.disconnect(lasting);
      f.loops.advance(11_000);
      f.loops.runAll();
      assertThat(sessions(f).held()).isZero();
      assertThat(f.budgets.of(Purpose.SUBSCRIPTIONS).held()).isZero();
      assertThat(f.account.held(Purpose.SESSIONS)).isZero();
    }
  }

  /** Where its sessions and subscriptions stand on disk is in memory. */
  @Test
  void whatTheStoreKnowsOfALastingSessionIsCounted() {
    try (SessionFixture f = new SessionFixture(1)) {
      var subscriptions = new Subscriptions(f.contexts.get(0), f.router.tree(), f.retained);
      Session brief = f.open(0, "a", true, 0, socket).session();
      long before = sessions(f).held();
      subscriptions.subscribe(brief, to("a/b"));
      assertThat(sessions(f).held()).as("of one that is not stored").isEqualTo(before);
      Session lasting = f.open(0, "a", false, 1_000, new RecordingWriter(5)).session();
      assertThat(lasting).isSameAs(brief);
      long subscription = SessionStore.SUBSCRIPTION_BYTES + HeapBytes.string("a/b");
      long stored = sessions(f).held();
      assertThat(stored - before).isEqualTo(SessionStore.SESSION_BYTES + subscription);
      subscriptions.subscribe(lasting, to("c/d"));
      subscriptions.subscribe(lasting, to("c/d"));
      assertThat(sessions(f).held() - stored).isEqualTo(subscription);
      subscriptions.unsubscribe(lasting, "c/d");
      assertThat(sessions(f).held()).isEqualTo(stored);
      f.open(0, "a", false, 0, new RecordingWriter(5));
      assertThat(sessions(f).held()).as("stored no more").isEqualTo(before);
    }
  }

  private static Subscription to(String filter) {
    return new Subscription(filter, 1, false, false, 0, 0);
  }

  @Test
  void anAccountMayNotFillTheRegistryAndWhoHasASessionComesBack() {
    try (SessionFixture f = new SessionFixture(1, 1L << 40, new MemoryBudgets(27_000_000, 0))) {
      int begun = 0;
      ReasonCode refused = ReasonCode.SUCCESS;
      while (refused == ReasonCode.SUCCESS && begun < 10_000) {
        try {
          f.disconnect(f.open(0, "lasting " + begun, false, 1_000, socket).session());
          begun++;
        } catch (ProtocolError full) {
          refused = full.reason();
        }
      }
      assertThat(refused).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(sessions(f).held())
          .isBetween(sessions(f).limit() / 100 * 74, sessions(f).limit() / 4 * 3);
      assertThat(f.drops(DropReason.SESSION_LIMIT)).isOne();
      assertThat(f.open(0, "lasting 0", false, 1_000, socket).present()).isTrue();
      f.open(0, "brief", true, 0, new RecordingWriter(5));
      assertRejected(
          ReasonCode.QUOTA_EXCEEDED,
          () -> f.open(0, "one more", false, 1_000, new RecordingWriter(5)));
      assertThat(f.registry.find("one more")).isNull();
    }
  }

  /** A QoS 2 message that is refused leaves its place to the next one. */
  @Test
  void roomForAnIdentifierIsTakenOnce() {
    try (SessionFixture f = new SessionFixture(1)) {
      Session session = f.open(0, "c", false, 100, socket).session();
      for (int id = 1; id <= 16; id++) {
        assertThat(session.unreleased().hasRoom()).isTrue();
        session.unreleased().add(id);
      }
      assertThat(session.unreleased().hasRoom()).isTrue();
      long held = sessions(f).held();
      for (int i = 0; i < 100; i++) {
        assertThat(session.unreleased().hasRoom()).isTrue();
      }
      assertThat(sessions(f).held()).isEqualTo(held);
    }
  }

  @Test
  void aReplayWaitsUntilThereIsRoomForItsWayThroughTheStore() {
    try (SessionFixture f = new SessionFixture(1)) {
      f.retained.store(SessionFixture.message("r", "kept", 0, true, PublishMessage.NEVER), null);
      Session session = f.open(0, "c", false, 100, socket).session();
      long subscription = SessionStore.SUBSCRIPTION_BYTES + HeapBytes.string("#");
      long before = sessions(f).held() + subscription;
      long others = sessions(f).limit() - before;
      sessions(f).add(null, others);
      new Subscriptions(f.contexts.get(0), f.router.tree(), f.retained)
          .subscribe(session, new Subscription("#", 0, false, false, 0, 0));
      session.pump();
      assertThat(socket.payloads()).isEmpty();
      sessions(f).give(null, others);
      f.loops.advance(200);
      session.pump();
      assertThat(socket.payloads()).containsExactly("kept");
      assertThat(sessions(f).held()).as("given back at its end").isEqualTo(before);
    }
  }
}
