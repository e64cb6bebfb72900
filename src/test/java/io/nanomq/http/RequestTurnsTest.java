package io.nanomq.http;

import static io.netty.handler.codec.http.HttpResponseStatus.CONTINUE;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTurnsTest {
  private final RequestTurns turns = new RequestTurns();
  private final AtomicInteger reads = new AtomicInteger();
  private final ChannelOutboundHandlerAdapter readCounter =
      new ChannelOutboundHandlerAdapter() {
        @Override
        public void read(ChannelHandlerContext context) throws Exception {
          reads.addAndGet(context.channel().config().isAutoRead() ? 0 : 1);
          super.read(context);
        }
      };
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          readCounter, VertxInternals.requestDecoder(new HttpServerOptions(), turns), turns);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
  }

  private static String get(int number) {
    return "GET /" + number + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private void answer(HttpResponseStatus status) {
    channel.writeOutbound(new DefaultFullHttpResponse(HTTP_1_1, status));
    channel.runPendingTasks();
  }

  /** Targets of the requests that were decoded since it was last asked. */
  private List<String> targets() {
    List<String> all = new ArrayList<>();
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      if (read instanceof HttpRequest request) {
        all.add(request.uri());
      }
      ReferenceCountUtil.release(read);
    }
    return all;
  }

  @Test
  void theNextRequestWaitsUntilThisOneIsAnswered() {
    send(get(1) + get(2) + get(3));
    assertThat(targets()).containsExactly("/1");
    send(get(4));
    assertThat(targets()).isEmpty();
    answer(NOT_FOUND);
    assertThat(targets()).containsExactly("/2");
    answer(NOT_FOUND);
    answer(NOT_FOUND);
    assertThat(targets()).containsExactly("/3", "/4");
    answer(NOT_FOUND);
    send(get(5));
    assertThat(targets()).containsExactly("/5");
  }

  @Test
  void anAnswerHasToLeaveAndNotOnlyToBeWritten() {
    send(get(1) + get(2));
    channel.write(new DefaultFullHttpResponse(HTTP_1_1, NOT_FOUND));
    channel.runPendingTasks();
    assertThat(targets()).containsExactly("/1");
    channel.flush();
    channel.runPendingTasks();
    assertThat(targets()).containsExactly("/2");
  }

  @Test
  void anInterimAnswerIsNone() {
    send("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    answer(CONTINUE);
    send("abc" + get(2));
    assertThat(targets()).containsExactly("/1");
    answer(NOT_FOUND);
    assertThat(targets()).containsExactly("/2");
  }

  @Test
  void theRestOfABodyIsReadThoughItsAnswerHasLeft() {
    send("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    answer(NOT_FOUND);
    send("def" + get(2));
    assertThat(targets()).containsExactly("/1", "/2");
  }

  @Test
  void anAnswerInPiecesIsOverWithItsLast() {
    send(get(1) + get(2));
    channel.writeOutbound(new DefaultHttpResponse(HTTP_1_1, NOT_FOUND));
    channel.runPendingTasks();
    assertThat(targets()).containsExactly("/1");
    channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.runPendingTasks();
    assertThat(targets()).containsExactly("/2");
  }

  @Test
  void nothingMoreIsReadWhereMoreThanAHeadWaits() {
    send(get(1) + get(2));
    assertThat(channel.config().isAutoRead()).as("a client that has gone is seen").isTrue();
    assertThat(reads).hasValue(0);
    send("GET /3?" + "x".repeat(17_000));
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(reads).as("nor does anybody ask for more").hasValue(0);
    answer(NOT_FOUND);
    assertThat(channel.config().isAutoRead()).isFalse();
    answer(NOT_FOUND);
    assertThat(channel.config().isAutoRead()).isTrue();
  }
}
