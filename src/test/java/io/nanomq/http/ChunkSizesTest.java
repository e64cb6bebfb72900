package io.nanomq.http;

import static io.netty.handler.codec.http.HttpResponseStatus.NO_CONTENT;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkSizesTest {
  private static final String HEAD = "POST /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String NEXT = "GET /2 HTTP/1.1\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhe\r\n6\r\n0\r\n\r\n",
        "00000000000000000000005\r\nhello\r\n0\r\n\r\n",
        "A\r\n0123456789\r\n2\r\nab\r\n000\r\nX: y\r\n\r\n",
        "5;a=b\r\nhello\r\n0;c\r\n\r\n",
        "5 ;a=\"b\tc\u00e9\"\r\nhello\r\n0\t\r\n\r\n"
      })
  void bodiesComeInWhole(String body) {
    String whole = read(body, Integer.MAX_VALUE);
    assertThat(whole).startsWith("/1 ").endsWith("/2 ").doesNotContain("bad");
    for (int each = 1; each < 4; each++) {
      assertThat(read(body, each)).as("%d bytes at once", each).isEqualTo(whole);
    }
  }

  /** Somebody in front may read them otherwise, and all of it as one body. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "100000005\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "10000000000000000\r\n\r\n",
        "80000005\r\nhello\r\n0\r\n\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5\0006\r\nhello\r\n0\r\n\r\n",
        "5\r6\r\nhello\r\n0\r\n\r\n",
        "5;a\r6\r\nhello\r\n0\r\n\r\n",
        "5;a\0\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "\r\n\r\n",
        ";a\r\n\r\n",
        "1\r\na\r\n100000005\r\nhello\r\n0\r\n\r\n",
        "1\r\na\r\n1\r\nb\r\n100000000\r\n\r\n"
      })
  void sizesThatAreNoneEndTheRequest(String body) {
    for (int each : new int[] {Integer.MAX_VALUE, 1, 2, 3}) {
      assertThat(read(body, each)).as("%d bytes", each).startsWith("/1 ").endsWith("bad ");
    }
  }

  private static String read(String body, int atOnce) {
    var turns = new RequestTurns();
    EmbeddedChannel channel =
        new EmbeddedChannel(VertxInternals.requestDecoder(new HttpServerOptions(), turns), turns);
    byte[] bytes = (HEAD + body + NEXT).getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(atOnce, bytes.length - at);
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
      at += length;
    }
    StringBuilder read = new StringBuilder();
    for (HttpObject each; (each = channel.readInbound()) != null; ) {
      read.append(told(each));
      if (each instanceof LastHttpContent) {
        channel.writeOutbound(new DefaultFullHttpResponse(HTTP_1_1, NO_CONTENT));
        channel.runPendingTasks();
      }
    }
    channel.finishAndReleaseAll();
    return read.toString();
  }

  private static String told(HttpObject object) {
    if (object.decoderResult().isFailure()) {
      return "bad ";
    }
    if (object instanceof HttpRequest request) {
      return request.uri() + " ";
    }
    var content = ((HttpContent) object).content();
    String text = content.toString(StandardCharsets.ISO_8859_1);
    content.release();
    return text;
  }
}
