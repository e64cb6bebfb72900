package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.session.RecordingWriter.Sent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What older clients are sent again, also while the interval changes. */
class SessionRetryTest {
  private final SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  private void publish(String payload, int qos) {
    f.publish(0, "t", payload, qos);
  }

  private static Sent publishOf(String payload, int qos, int id, boolean dup) {
    return new Sent(payload, qos, id, dup, false, List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void olderClientsAreSentAgainWhatTheyDoNotAcknowledge(int version) {
    f.retrySeconds = 10;
    RecordingWriter old = new RecordingWriter(version);
    Session session = f.open(0, "c", false, 1_000, old).session();
    f.subscribe(session, "t");
    publish("1", 1);
    publish("2", 2);
    session.received(2);
    f.loops.advance(9_000);
    assertThat(old.sent).hasSize(2);
    f.loops.advance(1_500);
    assertThat(old.sent.subList(2, 4))
        .containsExactly(
            publishOf("1", 1, 1, true), new Sent("PUBREL", 0, 2, false, false, List.of()));
    f.loops.advance(10_500);
    assertThat(old.sent).hasSize(6);
    session.acknowledge(1, 1, false);
    session.acknowledge(2, 2, true);
    f.loops.advance(60_000);
    assertThat(old.sent).hasSize(6);
  }

  @Test
  void clientsOfMqtt5AreSentNothingTwiceOnOneConnection() {
    f.subscribe(f.open(0, "c", false, 1_000, socket).session(), "t");
    publish("1", 1);
    f.loops.advance(300_000);
    assertThat(socket.sent).hasSize(1);
  }

  @Test
  void nobodyIsSentAnythingAgainWhereThatIsOffOrTheSocketGone() {
    f.retrySeconds = 0;
    RecordingWriter old = new RecordingWriter(4);
    Session session = f.open(0, "c", false, 100_000, old).session();
    f.subscribe(session, "t");
    publish("1", 1);
    f.loops.advance(60_000);
    f.retrySeconds = 5;
    publish("2", 1);
    f.disconnect(session);
    f.loops.advance(60_000);
    assertThat(old.sent).hasSize(2);
  }

  @Test
  void retriesThatAreSwitchedOffStopAtOnce() {
    f.retrySeconds = 5;
    RecordingWriter old = new RecordingWriter(4);
    Session session = f.open(0, "c", false, 1_000, old).session();
    f.subscribe(session, "t");
    f.publish(0, "t", "1", 1);
    f.loops.advance(5_500);
    assertThat(old.sent).hasSize(2);
    f.retrySeconds = 0;
    f.loops.advance(60_000);
    assertThat(old.sent).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3_600})
  void aShorterIntervalOfRetriesHoldsForWhatIsInFlight(int before) {
    f.retrySeconds = before;
    RecordingWriter old = new RecordingWriter(4);
    Session session = f.open(0, "c", false, 1_000, old).session();
    f.subscribe(session, "t");
    f.publish(0, "t", "1", 1);
    f.loops.advance(1_000);
    f.retrySeconds = 2;
    f.loops.advance(10_000);
    assertThat(old.sent).hasSize(2);
  }
}
