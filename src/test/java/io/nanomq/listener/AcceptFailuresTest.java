package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptFailuresTest {
  @Test
  void acceptingPausesAndGoesOnAndNothingReachesNetty() {
    EmbeddedChannel server = new EmbeddedChannel(new AcceptFailures());
    for (int i = 0; i < 3; i++) {
      server.pipeline().fireExceptionCaught(new IOException("Too many open files"));
      assertThat(server.config().isAutoRead()).isFalse();
      server.checkException();
      server.advanceTimeBy(AcceptFailures.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      server.runScheduledPendingTasks();
      assertThat(server.config().isAutoRead()).isTrue();
    }
    server.finishAndReleaseAll();
  }
}
