package io.nanomq.rule.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.RulesConf;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.rule.RuleFigures;
import io.nanomq.sink.SinkFigures;
import io.nanomq.tls.PemSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data base that takes connections and never says anything, and one that nobody may go to. */
@Timeout(120)
class DatabaseAwayTest {
  private static final int ROOM = 10_000;

  private final Budget memory = new Budget(Purpose.SINKS, 1 << 30);
  private final SinkFigures figures = new SinkFigures();
  private final RuleFigures rule = new RuleFigures();

  private static RulesConf.Sink sink(String kind, int port) {
    return new RulesConf.Sink(kind, "127.0.0.1:" + port, "d", "u", "p", null);
  }

  private Database open(RulesConf.Sink sink, List<Network> denied) throws Exception {
    return new Database(
        sink,
        memory,
        figures,
        Executors.newFixedThreadPool(Database.lanes(sink)),
        new Outgoing(PemSource.DISK, () -> denied));
  }

  private TableRow row(int number) {
    return new TableRow(
        new TableRow.Table("t", List.of("v"), List.of("v")), Map.of("v", (long) number), rule);
  }

  /** Whoever offers never waits, what waits is bounded, and the end comes at once. */
  @ParameterizedTest
  @ValueSource(strings = {"mysql", "postgresql"})
  void oneThatHangsFillsItsQueueAndHoldsNobody(String kind) throws Exception {
    // The kernel takes connections; nobody ever does.
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Database database = open(sink(kind, server.getLocalPort()), List.of());
      int taken = 0;
      for (int i = 0; i < ROOM + 500; i++) {
        taken += database.offer("k" + i % 7, row(i)) ? 1 : 0;
      }
      assertThat(taken).isEqualTo(ROOM);
      assertThat(figures.dropped()).isEqualTo(500);
      assertThat(figures.queued()).isEqualTo(ROOM);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(database::close);
      closing.get(60, TimeUnit.SECONDS);
      await().until(() -> figures.queued() == 0);
      assertThat(figures.dropped()).isEqualTo(ROOM + 500);
      assertThat(figures.sent() + figures.failed()).isZero();
      assertThat(memory.held()).isZero();
    }
  }

  @Test
  void oneThatNobodyMayGoToIsNotConnectedTo() throws Exception {
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1);
      var here = List.of(Network.parse("127.0.0.0/8").orElseThrow());
      Database database = open(sink("mysql", server.getLocalPort()), here);
      assertThat(database.offer("k", row(1))).isTrue();
      await().until(() -> figures.retries() > 0);
      assertThat(figures.error()).contains("127.0.0.1", "outgoing.deny");
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
      database.close();
      assertThat(memory.held()).isZero();
    }
  }
}
