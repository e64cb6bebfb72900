package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ListenerTerms;
import io.nanomq.limit.ListenerMeter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptGateTest {
  private static final int LOOPS = 2;
  private static final int MOST = LOOPS * AcceptGate.PER_LOOP;

  private final AcceptGate gate =
      new AcceptGate(LOOPS, new ListenerMeter(ListenerTerms.Limits.NONE));

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

  @Test
  void acceptsSoManyASecond() {
    var paced = new AcceptGate(LOOPS, new ListenerMeter(new ListenerTerms.Limits(0, 2, 0, 0)));
    EmbeddedChannel server = new EmbeddedChannel(paced);
    accept(server, 2);
    assertThat(accepts(server)).isTrue();
    accept(server, 20);
    assertThat(accepts(server)).isFalse();
    server.advanceTimeBy(1, TimeUnit.MINUTES);
    server.runScheduledPendingTasks();
    assertThat(accepts(server)).isTrue();
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
