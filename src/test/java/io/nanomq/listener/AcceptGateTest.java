package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class AcceptGateTest {
  private static final int LOOPS = 2;
  private static final int MOST = LOOPS * AcceptGate.PER_LOOP;

  private final AcceptGate gate = new AcceptGate(LOOPS);

  @Test
  void acceptsWhatTheLoopsHaveRoomForAndGoesOnWhenHalfOfItIsTaken() {
    EmbeddedChannel server = new EmbeddedChannel(gate);
    accept(server, MOST - 1);
    assertThat(accepts(server)).isTrue();
    accept(server, 1);
    assertThat(accepts(server)).isFalse();

    arrive(server, MOST / 2 - 1);
    assertThat(accepts(server)).isFalse();
    arrive(server, 1);
    assertThat(accepts(server)).isTrue();
    server.finishAndReleaseAll();
  }

  @Test
  void goesOnWhereTheLoopsWereFasterThanTheGate() {
    // Its loop takes a socket in before the gate is shut behind the last one.
    var server =
        new EmbeddedChannel(
            gate,
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object socket) {
                gate.arrival().run();
              }
            });
    accept(server, 3 * MOST);
    assertThat(accepts(server)).isTrue();
    server.finishAndReleaseAll();
  }

  @Test
  void everySocketIsHandedOn() {
    EmbeddedChannel server = new EmbeddedChannel(gate);
    accept(server, MOST + 3);
    assertThat(server.inboundMessages()).hasSize(MOST + 3);
    server.finishAndReleaseAll();
  }

  private static boolean accepts(EmbeddedChannel server) {
    return server.config().isAutoRead();
  }

  private static void accept(EmbeddedChannel server, int sockets) {
    for (int i = 0; i < sockets; i++) {
      server.writeInbound(i);
    }
  }

  private void arrive(EmbeddedChannel server, int sockets) {
    for (int i = 0; i < sockets; i++) {
      gate.arrival().run();
    }
    server.runPendingTasks();
  }
}
