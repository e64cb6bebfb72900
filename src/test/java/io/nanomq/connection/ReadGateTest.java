package io.nanomq.connection;

import static io.nanomq.connection.ConnectionFixture.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.Authenticator;
import io.nanomq.authn.Verdict;
import io.nanomq.codec.Bytes;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.TurnBudget;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadGateTest {
  private static final int[] REASONS = {
    ReadGate.TURN,
    ReadGate.LAG,
    ReadGate.UNREAD,
    ReadGate.CONNECT,
    ReadGate.MOVE,
    ReadGate.PACKET,
    ReadGate.RATE
  };
  private static final String PING = "c000";
  private static final String PONG = "d000";

  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private static boolean reads(ConnectionFixture.Client client) {
    return client.channel.config().isAutoRead();
  }

  private void useUpTurn() {
    f.loop.budget().spend(TurnBudget.PER_TURN);
  }

  static Stream<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (int one : REASONS) {
      for (int other : REASONS) {
        if (one != other) {
          pairs.add(Arguments.of(one, other));
        }
      }
    }
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theEndOfOneReasonDoesNotUndoAnother(int one, int other) {
    var client = f.connected(5, "c");
    ReadGate gate = client.connection.gate();
    gate.shut(one);
    gate.shut(other);
    client.send(PING);
    gate.open(one);
    gate.open(one);
    assertThat(client.got()).isEmpty();
    assertThat(reads(client)).isFalse();
    gate.open(other);
    assertThat(client.got()).isEqualTo(PONG);
    assertThat(reads(client)).isTrue();
  }

  @Test
  void nothingIsHandledOnceItIsClosedWhateverEnds() {
    for (int reason : REASONS) {
      var client = f.connected(5, "c" + reason);
      client.connection.gate().shut(reason);
      client.send(PING);
      client.connection.close(ReasonCode.SERVER_SHUTTING_DOWN, null);
      client.connection.gate().open(reason);
      assertThat(client.got()).startsWith("e0").doesNotContain(PONG);
      assertThat(client.isOpen()).isFalse();
    }
  }

  @Test
  void aTurnThatIsUsedUpTakesNoMorePackets() {
    var client = f.connected(5, "c");
    useUpTurn();
    client.channel.writeInbound(Bytes.hex(PING + PING));
    assertThat(reads(client)).isFalse();
    assertThat(client.channel.outboundMessages()).isEmpty();
    assertThat(client.got()).as("the next one does").isEqualTo(PONG + PONG);
    assertThat(reads(client)).isTrue();
  }

  @Test
  void aPacketThatIsNotWholeIsReadOnBehindOthersWhereTheTurnIsUsedUp() {
    var client = f.connected(5, "c");
    ReadGate gate = client.connection.gate();
    client.channel.writeInbound(Bytes.hex("32"));
    assertThat(reads(client)).as("there is room").isTrue();
    useUpTurn();
    assertThat(gate.takeLargeRead()).isFalse();
    client.channel.writeInbound(Bytes.hex("07 0001"));
    assertThat(gate.isShutFor(ReadGate.TURN)).isTrue();
    boolean[] before = new boolean[1];
    f.loop.budget().nextTurn(() -> before[0] = gate.isShut());
    client.settle();
    assertThat(before[0]).isTrue();
    assertThat(reads(client)).isTrue();
    assertThat(gate.takeLargeRead()).as("counted already").isTrue();
    assertThat(gate.takeLargeRead()).isFalse();
    f.loops.runAll();
    assertThat(client.send("61 0001 00 78").got()).startsWith("40");
  }

  @Test
  void aTurnThatIsUsedUpKeepsNobodyWithWholePacketsFromBeingReadFrom() {
    var client = f.connected(5, "c");
    client.channel.writeInbound(Bytes.hex(PING));
    useUpTurn();
    client.channel.pipeline().fireChannelReadComplete();
    assertThat(reads(client)).isTrue();
  }

  @Test
  void aFloodOfCheapPacketsIsReadOverSeveralTurnsAndNothingIsLost() {
    var client = f.connected(4, "c");
    int pings = TurnBudget.PER_TURN + 1_000;
    client.channel.writeInbound(Bytes.hex(PING.repeat(pings)));
    assertThat(reads(client)).isFalse();
    assertThat(client.got()).hasSize(PONG.length() * pings);
    assertThat(reads(client)).isTrue();
  }

  @Test
  void aTurnThatIsUsedUpWhenAConnectIsAnsweredLateStaysSo() {
    List<Consumer<? super Verdict>> waiting = new ArrayList<>();
    Authenticator late = (login, answer) -> waiting.add(answer);
    f.authenticator = late;
    var client = f.client().send(connect("c", "") + PING);
    assertThat(reads(client)).isFalse();
    useUpTurn();
    waiting.get(0).accept(ConnectionFixture.LET_IN);
    assertThat(client.connection.isConnected()).isTrue();
    assertThat(reads(client)).as("not switched on over the other reason").isFalse();
    assertThat(client.got()).startsWith("20").endsWith(PONG);
    assertThat(reads(client)).isTrue();
  }

  @Test
  void whatAClientSentBeforeItsLastIsHandledThoughTheTurnWasUsedUp() {
    var client = f.connected(4, "c");
    useUpTurn();
    client.channel.writeInbound(Bytes.hex("32060001610001" + "78"));
    client.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
    assertThat(client.connection.isClosed()).isFalse();
    assertThat(client.got()).isEqualTo("40020001");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void theTimeInWhichNothingIsHandledIsNoSilenceOfTheClient() {
    var client = f.client();
    Bytes body = Bytes.of().text("MQTT").u8(4).u8(2).u16(1).text("c");
    client.send(Bytes.hex(Bytes.packet(0x10, body.buf())));
    client.connection.gate().shut(ReadGate.LAG);
    f.loops.advance(5_000);
    assertThat(client.isOpen()).isTrue();
    client.connection.gate().open(ReadGate.LAG);
    f.loops.advance(5_000);
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aConnectThatFailsAfterItsAnswerEndsTheConnection() {
    List<Consumer<? super Verdict>> waiting = new ArrayList<>();
    Authenticator late = (login, answer) -> waiting.add(answer);
    f.authenticator = late;
    var client = f.client().send(connect("c", ""));
    var conf = f.conf;
    f.conf = null;
    waiting.get(0).accept(ConnectionFixture.LET_IN);
    client.settle();
    f.conf = conf;
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void whoCannotBeAskedWhetherOthersLagIsClosed() {
    var client = f.connected(5, "c");
    client
        .connection
        .gate()
        .awaitLoops(
            () -> {
              throw new IllegalStateException("broken on purpose");
            });
    assertThat(client.isOpen()).isFalse();
    assertThat(f.context.pausedPublishers().size()).isZero();
  }

  @Test
  void oneLookServesAllThatWaitForOtherLoops() {
    AtomicInteger asked = new AtomicInteger();
    List<ConnectionFixture.Client> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(f.connected(5, "c" + i));
    }
    clients.forEach(one -> one.connection.gate().awaitLoops(() -> asked.incrementAndGet() <= 20));
    assertThat(f.loops.loop(0).waiting()).as("tasks").isOne();
    f.loops.runAll();
    assertThat(asked).hasValue(20);
    assertThat(clients).noneMatch(ReadGateTest::reads);
    assertThat(f.context.pausedPublishers().size()).isEqualTo(20);
    f.context.pausedPublishers().look();
    assertThat(clients).allMatch(ReadGateTest::reads);
    assertThat(f.context.pausedPublishers().size()).isZero();
  }
}
