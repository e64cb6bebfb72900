package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.TurnBudget;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent again when a client comes back is work of a turn like any other. */
class SessionTurnTest {
  private static final int LARGE = 600_000;
  private static final int MESSAGES = 5;

  private final SessionFixture f = new SessionFixture(1);
  private final TurnBudget budget = f.loops.context(0).budget();

  SessionTurnTest() {
    f.queueBytes = 100_000_000;
  }

  @AfterEach
  void close() {
    f.close();
  }

  /** A session with that many messages in flight, whose client is away. */
  private void leave(int bytes) {
    Session session = f.open(0, "c", false, 1_000, new RecordingWriter(5)).session();
    f.subscribe(session, "t");
    IntStream.range(0, MESSAGES).forEach(i -> f.publish(0, "t", "x".repeat(bytes), 1));
    f.disconnect(session);
    f.loops.runAll();
  }

  private RecordingWriter comeBack() {
    RecordingWriter socket = new RecordingWriter(5);
    f.open(0, "c", false, 1_000, socket);
    return socket;
  }

  @Test
  void noMoreIsSentAgainInATurnThanItHasRoomFor() {
    leave(LARGE);
    RecordingWriter socket = comeBack();
    assertThat(socket.sent).hasSizeBetween(1, MESSAGES - 1);
    assertThat(budget.isUsedUp()).isTrue();
    f.loops.runAll();
    assertThat(socket.sent).hasSize(MESSAGES);
  }

  @Test
  void whoHasLargeMessagesComesBehindThoseWithSmallOnes() {
    leave(LARGE);
    budget.spend(TurnBudget.PER_TURN);
    RecordingWriter socket = comeBack();
    assertThat(socket.sent).isEmpty();
    int[] sentBefore = new int[1];
    budget.nextTurn(() -> sentBefore[0] = socket.sent.size());
    f.loops.runAll();
    assertThat(sentBefore[0]).isZero();
    assertThat(socket.sent).hasSize(MESSAGES);
  }

  @Test
  void smallOnesKeepTheirPlace() {
    leave(1);
    budget.spend(TurnBudget.PER_TURN);
    RecordingWriter socket = comeBack();
    int[] sentBefore = new int[1];
    budget.nextTurn(() -> sentBefore[0] = socket.sent.size());
    f.loops.runAll();
    assertThat(sentBefore[0]).isEqualTo(MESSAGES);
  }
}
