package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who comes for a session with very many subscriptions, again and again. */
class SubscriptionReviewTest {
  private static final int FILTERS = 5_000;

  private final SessionFixture f = new SessionFixture(1);
  private final Subscriptions subscriptions =
      new Subscriptions(f.contexts.get(0), f.router.tree(), f.retained);

  @AfterEach
  void close() {
    f.close();
  }

  private Session session(String clientId) {
    Session session = f.open(0, clientId, false, 100, new RecordingWriter(5)).session();
    for (int i = 0; i < FILTERS; i++) {
      subscriptions.subscribe(session, new Subscription(clientId + "/" + i, 0, false, false, 0, 0));
    }
    f.loops.runAll();
    return session;
  }

  @Test
  void itCountsIntoTheTurnAndThereIsOneForEachSession() {
    Session one = session("one");
    Session other = session("other");
    TurnBudget budget = f.loops.context(0).budget();
    subscriptions.reviewInTurns(one, true);
    assertThat(budget.isUsedUp()).isTrue();
    subscriptions.reviewInTurns(other, true);
    for (int i = 0; i < 10; i++) {
      subscriptions.reviewInTurns(one, true);
    }
    assertThat(subscriptions.underReview()).isEqualTo(2);
    f.loops.runAll();
    assertThat(subscriptions.underReview()).isZero();
    assertThat(one.subscriptions()).hasSize(FILTERS);
  }
}
