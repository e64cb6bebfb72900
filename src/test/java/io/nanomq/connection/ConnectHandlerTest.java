package io.nanomq.connection;

import static io.nanomq.connection.ConnectionFixture.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.Verdict;
import io.nanomq.codec.ReasonCode;
import io.nanomq.it.Limits;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectHandlerTest {
  private final ConnectionFixture f = new ConnectionFixture();
  private final List<Consumer<Verdict>> asked = new ArrayList<>();

  @AfterEach
  void close() {
    f.close();
  }

  private void authenticateLater() {
    f.authenticator = (login, answer) -> asked.add(answer);
  }

  @Test
  void whileTheAnswerIsOutTheSocketIsNotRead() {
    authenticateLater();
    var client = f.client().send(connect("slow", "") + "c000");
    assertThat(client.channel.config().isAutoRead()).isFalse();
    assertThat(client.got()).isEmpty();
    asked.get(0).accept(ConnectionFixture.LET_IN);
    assertThat(client.got()).startsWith("20").endsWith("d000");
    assertThat(client.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whileTheStoreIsBusyTheSocketIsNotReadEither() {
    f.store.defer();
    var client = f.client().send(connect("slow", "") + "c000");
    assertThat(client.channel.config().isAutoRead()).isFalse();
    f.store.commit();
    assertThat(client.got()).startsWith("20").endsWith("d000");
    assertThat(client.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whoIsGoneBeforeTheAnswerGetsNoSession() {
    authenticateLater();
    var client = f.client().send(connect("gone", ""));
    client.channel.close();
    client.settle();
    asked.get(0).accept(ConnectionFixture.LET_IN);
    client.settle();
    assertThat(f.registry.size()).isZero();
    assertThat(f.registry.connectionCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "5, BAD_USER_NAME_OR_PASSWORD, 2003008600",
    "4, BAD_USER_NAME_OR_PASSWORD, 20020004",
    "3, NOT_AUTHORIZED, 20020005",
    "4, SERVER_BUSY, 20020003",
    "5, SERVER_BUSY, 2003008900"
  })
  void whoIsRefusedIsToldInItsVersionAndClosed(int version, ReasonCode reason, String connack) {
    authenticateLater();
    var client = f.client().send(connect(version, 2, "who", "") + "c000");
    asked.get(0).accept(Verdict.deny(reason, "test"));
    assertThat(client.got()).isEqualTo(connack);
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void anAuthenticatorThatFailsLetsNobodyIn() {
    f.authenticator =
        (login, answer) -> {
          throw new IllegalStateException("broken");
        };
    var client = f.client().send(connect("who", ""));
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).isEmpty();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void anAnswerThatComesAfterTheTimeToConnectIsTooLate() {
    f.conf = Limits.with("client.connectTimeoutSeconds", 3);
    authenticateLater();
    var client = f.client().send(connect("late", ""));
    f.loops.advance(3_200);
    assertThat(client.isOpen()).isFalse();
    asked.get(0).accept(ConnectionFixture.LET_IN);
    assertThat(client.got()).isEmpty();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void noConnackIsLargerThanTheClientAllows() {
    // Maximum Packet Size 12: too little for the assigned identifier, which must be told.
    var client = f.client().send(connect("", "27 0000000c"));
    assertThat(client.got()).isEqualTo("2003009500");
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void whatConnackAnnouncesHoldsWhateverIsConfiguredLater() {
    f.conf = Limits.with("queues.receiveMaximum", 2, "client.maxTopicAlias", 3);
    var client = f.connected(5, "old");
    f.conf = Limits.with("queues.receiveMaximum", 1, "client.maxTopicAlias", 1);
    // QoS 2, identifiers 1 and 2, Topic Alias 3
    client.send("340a 0001 61 0001 03 230003 78 340a 0001 61 0002 03 230003 78");
    assertThat(client.got()).isEqualTo("50030001105003000210");
    client.send("3407 0001 61 0003 00 78");
    assertThat(client.got()).startsWith("e0").contains("93");
    assertThat(client.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"5, 0097", "4, 0003", "3, 0003"})
  void noMoreSessionsThanAllowedBegin(int version, String answer) {
    f.conf = Limits.with("broker.maxSessions", 1);
    // Session Expiry Interval 100: it stays when the client leaves.
    var first = f.client().send(connect("first", "11 00000064"));
    assertThat(first.got().substring(4, 8)).isEqualTo("0000");
    first.send("e000");
    var second = f.client().send(connect(version, 2, "second", ""));
    assertThat(second.got().substring(4, 8)).isEqualTo(answer);
    assertThat(second.isOpen()).isFalse();
    assertThat(f.loop.counters().drops(DropReason.SESSION_LIMIT)).isEqualTo(1);
    var again = f.client().send(connect(5, 0, "first", ""));
    assertThat(again.got().substring(4, 8)).as("present, success").isEqualTo("0100");
    var anew = f.client().send(connect("first", ""));
    assertThat(anew.got().substring(4, 8)).as("in place of itself").isEqualTo("0000");
    anew.send("e000");
    assertThat(f.registry.size()).isZero();
    assertThat(f.connected(4, "second").isOpen()).isTrue();
  }

  @Test
  void largeConnectsThatWaitForASlowDiskCountUntilItHasCaughtUp() {
    f.store.behind(true);
    Budget sessions = f.budgets.of(Purpose.SESSIONS);
    // Session Expiry Interval 100.
    String lasting = "11 00000064";
    var waiting = f.client().send(connect("c".repeat(1_000), lasting));
    var gone = f.client().send(connect("g".repeat(1_000), lasting));
    long two = sessions.held();
    assertThat(two).isGreaterThanOrEqualTo(4_000);
    gone.channel.close();
    gone.settle();
    assertThat(sessions.held()).isEqualTo(two / 2);
    assertThat(f.registry.size()).isZero();
    sessions.add(null, sessions.limit());
    var refused = f.client().send(connect("d".repeat(1_000), lasting));
    assertThat(refused.got()).contains("97");
    assertThat(refused.isOpen()).isFalse();
    sessions.give(null, sessions.limit());
    f.store.behind(false);
    f.context.pausedPublishers().look();
    assertThat(waiting.got()).startsWith("20");
    waiting.send("e007 00 05 11 00000000");
    assertThat(waiting.isOpen()).isFalse();
    assertThat(sessions.held()).isZero();
  }

  @Test
  void aConnectWhoseSessionEndsBeforeItIsSafeCountsUntilThen() {
    f.store.defer();
    Budget sessions = f.budgets.of(Purpose.SESSIONS);
    for (int i = 1; i <= 10; i++) {
      var client = f.client().send(connect("c".repeat(1_000), "11 00000064"));
      assertThat(client.got()).isEmpty();
      client.channel.close();
      client.settle();
      f.context.sessions().end(f.registry.find("c".repeat(1_000)));
      assertThat(f.registry.size()).isZero();
      assertThat(sessions.held()).isGreaterThan(i * 2_000);
    }
    f.store.commit();
    f.loops.runAll();
    assertThat(sessions.held()).isZero();
  }

  @Test
  void largeConnectsThatWaitForAnAnswerCountUntilItComes() {
    authenticateLater();
    Budget sessions = f.budgets.of(Purpose.SESSIONS);
    var waiting = f.client().send(connect("c".repeat(1_000), ""));
    assertThat(sessions.held()).isGreaterThanOrEqualTo(2_000);
    sessions.add(null, sessions.limit());
    var small = f.client().send(connect("small", ""));
    assertThat(small.isOpen()).isTrue();
    var refused = f.client().send(connect("d".repeat(1_000), ""));
    assertThat(asked).hasSize(2);
    assertThat(refused.got()).contains("97");
    assertThat(refused.isOpen()).isFalse();
    asked.get(0).accept(Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "test"));
    assertThat(waiting.isOpen()).isFalse();
    assertThat(sessions.held()).isEqualTo(sessions.limit());
  }
}
