package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interval of retries that changes while messages are in flight. */
class SessionRetryTest {
  private final SessionFixture f = new SessionFixture(1);

  @AfterEach
  void close() {
    f.close();
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
