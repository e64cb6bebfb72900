package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TlsHandshakesTest {
  private static final int MOST = 2;

  private final TlsHandshakes handshakes = new TlsHandshakes(1, MOST);
  private final List<String> begun = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  @AfterEach
  void close() {
    handshakes.close();
  }

  private TlsHandshakes.Turn turn(String name) {
    return new TlsHandshakes.Turn() {
      @Override
      public void begin() {
        begun.add(name);
      }

      @Override
      public void refused() {
        refused.add(name);
      }
    };
  }

  private void enter(String from, int count) {
    for (int i = 0; i < count; i++) {
      handshakes.enter(from, turn(from + i));
    }
  }

  @Test
  void soManyAreUnderWayAndTheOthersTakeTurns() {
    enter("a", 4);
    enter("b", 1);
    assertThat(begun).containsExactly("a0", "a1");
    handshakes.end();
    handshakes.end();
    assertThat(begun).containsExactly("a0", "a1", "a2", "b0");
    handshakes.end();
    handshakes.end();
    handshakes.end();
    enter("c", 1);
    assertThat(begun).containsExactly("a0", "a1", "a2", "b0", "a3", "c0");
  }

  @Test
  void whoseTurnNeverCameIsForgotten() {
    enter("a", MOST);
    TlsHandshakes.Turn gone = turn("gone");
    handshakes.enter("b", gone);
    handshakes.enter("b", turn("next"));
    handshakes.leave("b", gone);
    handshakes.end();
    assertThat(begun).containsExactly("a0", "a1", "next");
  }

  @Test
  void aFloodIsRefusedAndDisplacedByWhoComesFromElsewhere() {
    enter("a", 100);
    assertThat(begun).hasSize(MOST);
    int waiting = 100 - MOST - refused.size();
    assertThat(waiting).isEqualTo(8 * MOST);
    refused.clear();
    enter("b", 1);
    assertThat(refused).as("the oldest that waits").containsExactly("a" + MOST);
    handshakes.end();
    handshakes.end();
    assertThat(begun).contains("b0");
  }

  @Test
  void patienceEndsWhereOthersWait() {
    enter("a", MOST);
    assertThat(handshakes.patienceMillis()).isEqualTo(Long.MAX_VALUE);
    enter("b", 1);
    long usual = handshakes.patienceMillis();
    enter("c", MOST);
    assertThat(handshakes.patienceMillis()).isLessThan(usual).isPositive();
  }

  /** Each that begins is ended by another thread, so that ends and entries meet. */
  @Test
  void nobodyWaitsOnceAllOthersHaveEnded() throws Exception {
    int all = 50_000;
    CountDownLatch over = new CountDownLatch(all);
    ExecutorService ends = Executors.newSingleThreadExecutor();
    TlsHandshakes.Turn turn =
        new TlsHandshakes.Turn() {
          @Override
          public void begin() {
            ends.execute(
                () -> {
                  handshakes.end();
                  over.countDown();
                });
          }

          @Override
          public void refused() {
            over.countDown();
          }
        };
    try {
      for (int i = 0; i < all; i++) {
        handshakes.enter(i % 3, new Each(turn));
      }
      assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      ends.shutdown();
    }
  }

  /** Nobody else ends after them, who would let in whom they have missed. */
  @Test
  @Timeout(60)
  void whoComesAsTheOnlyOneEndsBegins() throws Exception {
    int rounds = 5_000;
    AtomicInteger round = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    try (TlsHandshakes one = new TlsHandshakes(1, 1)) {
      Thread end =
          new Thread(
              () -> {
                for (int i = 1; i <= rounds; i++) {
                  awaitRound(round, i);
                  one.end();
                  ended.set(i);
                }
              });
      end.setDaemon(true);
      end.start();
      for (int i = 1; i <= rounds; i++) {
        begun.clear();
        one.enter("a", turn("only"));
        round.set(i);
        // Sooner or later, so that some meet.
        for (int wait = i % 100; wait > 0; wait--) {
          Thread.onSpinWait();
        }
        one.enter("b", turn("next"));
        awaitRound(ended, i);
        assertThat(begun).as("round %d", i).containsExactly("only", "next");
        one.end();
      }
      end.join();
    }
  }

  private static void awaitRound(AtomicInteger counter, int round) {
    while (counter.get() != round) {
      Thread.yield();
    }
  }

  /** Turns are told apart by what they are, not by what they do. */
  private static final class Each implements TlsHandshakes.Turn {
    private final TlsHandshakes.Turn turn;

    Each(TlsHandshakes.Turn turn) {
      this.turn = turn;
    }

    @Override
    public void begin() {
      turn.begin();
    }

    @Override
    public void refused() {
      turn.refused();
    }
  }
}
