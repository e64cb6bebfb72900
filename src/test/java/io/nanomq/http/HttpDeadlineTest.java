package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpDeadlineTest {
  private static final String HEAD = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n";

  private EmbeddedChannel channel;

  @BeforeEach
  void connection() {
    var deadline =
        new HttpDeadline(
            Duration.ofSeconds(10), Duration.ofSeconds(60), () -> channel.close(), () -> false);
    channel = new EmbeddedChannel(deadline.firstBytes(), new HttpRequestDecoder(), deadline);
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void headersThatTrickle() {
    for (int i = 0; i < 9; i++) {
      send("a");
      pass(1);
    }
    assertThat(channel.isOpen()).isTrue();
    send("a");
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aBodyThatTrickles() {
    send(HEAD);
    pass(30);
    send("a");
    pass(29);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoSaysNothing() {
    pass(9);
    assertThat(channel.isOpen()).isTrue();
    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void neitherTheAnswerNorTheTimeBetweenRequestsIsCounted() {
    pass(9);
    send(HEAD + "abc");
    pass(1000);
    send(HEAD + "abc" + HEAD + "abc");
    pass(1000);
    assertThat(channel.isOpen()).isTrue();
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
