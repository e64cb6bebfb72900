package io.nanomq.session;

import static io.nanomq.session.SessionFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Subscription;
import io.nanomq.session.RecordingWriter.Sent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private Session durable() {
    Session session = f.open(0, "c", false, 1_000, socket).session();
    f.subscribe(session, "t");
    return session;
  }

  private RecordingWriter comeBack(int version) {
    RecordingWriter again = new RecordingWriter(version);
    f.open(0, "c", false, 1_000, again);
    return again;
  }

  private void publish(String payload, int qos) {
    f.publish(0, "t", payload, qos);
  }

  private static Sent publishOf(String payload, int qos, int id, boolean dup) {
    return new Sent(payload, qos, id, dup, false, List.of());
  }

  // ---- flows

  @Test
  void qos0IsSentAndForgotten() {
    Session session = durable();
    publish("a", 0);
    assertThat(socket.sent).containsExactly(publishOf("a", 0, 0, false));
    assertThat(session.snapshot().inflight()).isZero();
    assertThat(f.store.told()).noneMatch(line -> line.startsWith("queued"));
  }

  @Test
  void qos1IsInFlightUntilPuback() {
    Session session = durable();
    publish("a", 1);
    assertThat(socket.sent).containsExactly(publishOf("a", 1, 1, false));
    assertThat(session.snapshot().inflight()).isEqualTo(1);
    session.acknowledge(1, 1, false);
    assertThat(session.snapshot().inflight()).isZero();
    assertThat(f.store.told()).endsWith("queued c 0 qos 1", "sent c 0 as 1", "settled c 0");
  }

  @Test
  void qos2IsInFlightUntilPubcomp() {
    Session session = durable();
    publish("a", 2);
    assertThat(session.received(1)).isTrue();
    assertThat(session.received(1)).as("a PUBREC that is repeated").isTrue();
    assertThat(session.snapshot().inflight()).isEqualTo(1);
    session.acknowledge(1, 2, true);
    assertThat(session.snapshot().inflight()).isZero();
    assertThat(session.received(1)).isFalse();
  }

  @Test
  void aPubrecWithAnErrorEndsTheFlow() {
    Session session = durable();
    publish("a", 2);
    session.acknowledge(1, 2, false);
    assertThat(session.snapshot().inflight()).isZero();
  }

  @Test
  void acknowledgementsOfWhatIsNotInFlightAreIgnored() {
    Session session = durable();
    session.acknowledge(1, 1, false);
    assertThat(session.received(1)).isFalse();
    publish("a", 1);
    session.acknowledge(77, 1, false);
    session.acknowledge(77, 2, true);
    assertThat(session.received(77)).isFalse();
    assertThat(session.snapshot().inflight()).isEqualTo(1);
  }

  @Test
  void acknowledgementsOfTheWrongKindAreErrorsAndChangeNothing() {
    Session session = durable();
    publish("a", 1);
    publish("b", 2);
    List<Runnable> wrong =
        List.of(
            () -> session.acknowledge(1, 2, true),
            () -> session.acknowledge(1, 2, false),
            () -> session.received(1),
            () -> session.acknowledge(2, 1, false),
            () -> session.acknowledge(2, 2, true));
    wrong.forEach(
        each ->
            assertThatExceptionOfType(ProtocolError.class)
                .isThrownBy(each::run)
                .returns(ReasonCode.PROTOCOL_ERROR, ProtocolError::reason));
    assertThat(session.snapshot().inflight()).isEqualTo(2);
    session.received(2);
    // An error in a PUBREC that comes late does not end what PUBREL is on its way for.
    session.acknowledge(2, 2, false);
    assertThat(session.snapshot().inflight()).isEqualTo(2);
    session.acknowledge(2, 2, true);
    session.acknowledge(1, 1, false);
    assertThat(session.snapshot().inflight()).isZero();
  }

  // ---- window and queue

  @Test
  void noMoreThanTheWindowIsInFlightAndTheQueueFollowsInOrder() {
    f.window = 3;
    Session session = durable();
    for (int i = 1; i <= 6; i++) {
      publish("" + i, 1);
    }
    publish("zero", 0);
    assertThat(socket.payloads()).containsExactly("1", "2", "3");
    assertThat(session.snapshot().queued()).isEqualTo(4);
    session.acknowledge(2, 1, false);
    assertThat(socket.payloads()).endsWith("4");
    for (int id : new int[] {1, 3, 4}) {
      session.acknowledge(id, 1, false);
    }
    assertThat(socket.payloads()).containsExactly("1", "2", "3", "4", "5", "6", "zero");
  }

  @Test
  void theClientsReceiveMaximumNarrowsTheWindow() {
    Session session =
        f.open(0, SessionFixture.connect("c", 5, false, null, 2), 100, socket).session();
    f.subscribe(session, "t");
    IntStream.range(0, 5).forEach(i -> publish("" + i, 1 + i % 2));
    assertThat(socket.sent).hasSize(2);
    session.received(2);
    assertThat(socket.sent).as("PUBREL and PUBCOMP are still to come").hasSize(2);
    session.acknowledge(2, 2, true);
    assertThat(socket.sent).hasSize(3);
  }

  @Test
  void theQueueIsBoundedByCount() {
    f.queueLength = 2;
    Session session = durable();
    f.disconnect(session);
    IntStream.range(0, 5).forEach(i -> publish("" + i, 1));
    assertThat(session.snapshot().queued()).isEqualTo(2);
    assertThat(f.drops(DropReason.QUEUE_FULL)).isEqualTo(3);
    assertThat(comeBack(5).payloads()).containsExactly("0", "1");
  }

  @Test
  void theQueueIsBoundedByBytes() {
    f.queueBytes = 3_000;
    Session session = durable();
    f.disconnect(session);
    IntStream.range(0, 10).forEach(i -> publish("x".repeat(1_000), 1));
    assertThat(session.snapshot().queued()).isEqualTo(3);
    assertThat(f.drops(DropReason.QUEUE_FULL)).isEqualTo(7);
  }

  @Test
  void qos0ForAClientThatIsNotThereIsDropped() {
    Session session = durable();
    f.disconnect(session);
    publish("a", 0);
    assertThat(session.snapshot().queued()).isZero();
    assertThat(f.drops(DropReason.OFFLINE_QOS_0)).isEqualTo(1);
  }

  @Test
  void aSocketThatTakesNothingMakesAllWaitUntilItIsPumped() {
    Session session = durable();
    socket.room = 1;
    publish("1", 0);
    publish("2", 0);
    publish("3", 1);
    publish("4", 0);
    f.loops.runAll();
    assertThat(socket.payloads()).containsExactly("1");
    socket.room = 2;
    session.pump();
    assertThat(socket.payloads()).containsExactly("1", "2", "3");
    socket.room = 10;
    publish("5", 0);
    assertThat(socket.payloads()).as("what waits goes first").hasSize(3);
    session.pumpLater();
    session.pumpLater();
    assertThat(f.loops.loop(0).waiting()).isEqualTo(1);
    f.loops.runAll();
    assertThat(socket.payloads()).containsExactly("1", "2", "3", "4", "5");
    session.pumpLater();
    assertThat(f.loops.loop(0).waiting()).as("nothing waits").isZero();
  }

  @Test
  void aSocketThatDrainsWithinAWriteGetsEverythingOnceAndInOrder() {
    Session session = durable();
    f.disconnect(session);
    IntStream.range(0, 50).forEach(i -> publish("" + i, i % 3));
    RecordingWriter again = new RecordingWriter(5);
    again.onPublish = session::pumpLater;
    f.open(0, "c", false, 1_000, again);
    f.loops.runAll();
    List<String> expected =
        IntStream.range(0, 50).filter(i -> i % 3 > 0).mapToObj(i -> "" + i).toList();
    assertThat(again.payloads()).isEqualTo(expected);
  }

  @Test
  void aMessageThatExpiresInTheQueueIsNotSent() {
    Session session = durable();
    f.disconnect(session);
    long soon = f.loops.nowMillis() + 2_000;
    f.publishers.get(0).publish(message("t", "old", 1, false, soon), null);
    publish("new", 1);
    f.loops.advance(2_000);
    assertThat(comeBack(5).payloads()).containsExactly("new");
    assertThat(f.drops(DropReason.EXPIRED)).isEqualTo(1);
    assertThat(f.store.told()).contains("settled c 0");
  }

  @Test
  void aMessageThatIsTooLargeForTheClientIsDroppedAndHoldsUpNothing() {
    Session session = durable();
    socket.maxPacketBytes = 50;
    publish("x".repeat(60), 0);
    publish("y".repeat(60), 2);
    publish("small", 1);
    assertThat(socket.payloads()).containsExactly("small");
    assertThat(f.drops(DropReason.TOO_LARGE)).isEqualTo(2);
    assertThat(session.snapshot().inflight()).isEqualTo(1);
    assertThat(f.store.told()).as("what is not sent is not kept").contains("queued c 0 qos 1");
  }

  @Test
  void theSocketIsToldWhyItIsClosedAlsoBeforeItsConnack() {
    Session session =
        f.sessions
            .get(0)
            .open(SessionFixture.connect("c", 5, true, null, 9), socket, 60, 0, f.account)
            .session();
    session.disconnect(ReasonCode.SESSION_TAKEN_OVER, "other");
    session.attach(socket);
    session.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, "kicked");
    f.disconnect(session);
    session.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, "gone");
    assertThat(socket.closed)
        .containsExactly(ReasonCode.SESSION_TAKEN_OVER, ReasonCode.ADMINISTRATIVE_ACTION);
  }

  // ---- coming back

  @Test
  void whatWasInFlightIsSentAgainFirstWithDupAndItsIdentifier() {
    f.window = 3;
    Session session = durable();
    publish("1", 1);
    publish("2", 2);
    publish("3", 2);
    publish("4", 1);
    session.received(2);
    f.disconnect(session);
    publish("5", 1);
    RecordingWriter again = comeBack(5);
    assertThat(again.sent)
        .containsExactly(
            publishOf("1", 1, 1, true),
            new Sent("PUBREL", 0, 2, false, false, List.of()),
            publishOf("3", 2, 3, true));
    session.acknowledge(1, 1, false);
    session.acknowledge(2, 2, true);
    assertThat(again.sent.subList(3, 5))
        .containsExactly(publishOf("4", 1, 4, false), publishOf("5", 1, 5, false));
  }

  @Test
  void whatIsSentAgainKeepsToASmallerWindow() {
    f.window = 5;
    Session session = durable();
    IntStream.rangeClosed(1, 5).forEach(i -> publish("" + i, 1));
    f.disconnect(session);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, SessionFixture.connect("c", 5, false, null, 2), 1_000, again);
    publish("6", 1);
    assertThat(again.payloads()).containsExactly("1", "2");
    session.acknowledge(1, 1, false);
    assertThat(again.payloads()).containsExactly("1", "2", "3");
    for (int id = 2; id <= 5; id++) {
      session.acknowledge(id, 1, false);
    }
    assertThat(again.payloads()).containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(again.sent)
        .extracting(Sent::dup)
        .containsExactly(true, true, true, true, true, false);
  }

  @Test
  void anAcknowledgementOfWhatWasNotSentAgainYetCounts() {
    f.window = 5;
    Session session = durable();
    IntStream.rangeClosed(1, 3).forEach(i -> publish("" + i, 1));
    f.disconnect(session);
    RecordingWriter again = new RecordingWriter(5);
    f.open(0, SessionFixture.connect("c", 5, false, null, 1), 1_000, again);
    session.acknowledge(2, 1, false);
    session.acknowledge(1, 1, false);
    assertThat(again.payloads()).containsExactly("1", "3");
  }

  @Test
  void whatIsTooLargeForTheClientAsItCameBackIsDropped() {
    f.window = 2;
    Session session = durable();
    publish("x".repeat(60), 1);
    publish("ok", 1);
    publish("next", 1);
    f.disconnect(session);
    RecordingWriter again = new RecordingWriter(5);
    again.maxPacketBytes = 50;
    f.open(0, "c", false, 1_000, again);
    assertThat(again.payloads()).containsExactly("ok", "next");
    assertThat(f.drops(DropReason.TOO_LARGE)).isEqualTo(1);
    assertThat(session.snapshot().inflight()).isEqualTo(2);
  }

  // ---- from the client

  @Test
  void qos2IdentifiersOfTheClientAreKeptUntilTheyAreReleased() {
    Session session = durable();
    session.unreleased().add(5);
    session.unreleased().add(5);
    assertThat(session.isUnreleased(5)).isTrue();
    assertThat(session.unreleasedCount()).isEqualTo(1);
    f.disconnect(session);
    comeBack(5);
    assertThat(session.unreleased().release(5)).isTrue();
    assertThat(session.unreleased().release(5)).isFalse();
    assertThat(session.isUnreleased(5)).isFalse();
    assertThat(f.store.told()).contains("received c 5", "released c 5");
  }

  @Test
  void aSessionThatDoesNotOutliveItsConnectionIsNoneOfTheStoresBusiness() {
    Session session = f.open(0, "c", true, 0, socket).session();
    f.subscribe(session, new Subscription("t", 2, false, false, 0, 0));
    publish("1", 2);
    session.unreleased().add(1);
    session.received(1);
    session.acknowledge(1, 2, true);
    f.disconnect(session);
    assertThat(f.store.told()).isEmpty();
  }

  @Test
  void whatFailedForOneSocketClosesNotTheOneThatCameAfterIt() {
    Session session = f.open(0, "taken over", false, 100, socket).session();
    session.failed(new IllegalStateException("broken on purpose"));
    f.disconnect(session);
    RecordingWriter next = new RecordingWriter(5);
    f.open(0, "taken over", false, 100, next);
    f.loops.runAll();
    assertThat(next.closed).isEmpty();
    assertThat(socket.closed).containsExactly(ReasonCode.UNSPECIFIED_ERROR);
  }
}
