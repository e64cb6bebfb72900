package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {
  private final Socket socket = new Socket();

  @AfterEach
  void close() {
    socket.finishAndReleaseAll();
  }

  private void answer(String connection) {
    socket.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    answer.headers().set("Connection", connection);
    socket.writeOutbound(answer);
  }

  @Test
  void whoReadsToTheEndDoesNotWaitForWhatIsThrownAway() {
    answer("close");
    assertThat(socket.isOutputShutdown()).isTrue();
    assertThat(socket.isOpen()).as("what still comes is read").isTrue();
    socket.advanceTimeBy(2, TimeUnit.SECONDS);
    socket.runScheduledPendingTasks();
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void whoStaysStays() {
    answer("keep-alive");
    assertThat(socket.isOutputShutdown()).isFalse();
    socket.advanceTimeBy(2, TimeUnit.SECONDS);
    socket.runScheduledPendingTasks();
    assertThat(socket.isOpen()).isTrue();
  }

  /** One whose halves end by themselves. */
  private static final class Socket extends EmbeddedChannel implements DuplexChannel {
    private boolean outputEnded;

    Socket() {
      super(new LingeringClose(message -> new byte[0]));
      freezeTime();
    }

    @Override
    public boolean isInputShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
      return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
      return outputEnded;
    }

    @Override
    public ChannelFuture shutdownOutput() {
      outputEnded = true;
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
      outputEnded = true;
      return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdown() {
      return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
      return promise.setSuccess();
    }
  }
}
