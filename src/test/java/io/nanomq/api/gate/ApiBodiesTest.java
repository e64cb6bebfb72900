package io.nanomq.api.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.api.LiveConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.it.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Bodies that are in memory at the same time. */
@QuarkusTest
class ApiBodiesTest {
  private static final int ANSWER_MILLIS = 30_000;
  private static final long HEAP = Math.min(BodyMemory.MOST_HEAP, Runtime.getRuntime().maxMemory());

  private static final int LARGE = (int) (HEAP / 512) + 1;

  @Inject LiveConf live;

  @Test
  void oneLargeBodyAtATime() throws Exception {
    AtomicReference<Socket> first = new AtomicReference<>(begin());
    await().atMost(60, TimeUnit.SECONDS).until(() -> holds(first));
    RawHttp.Answer second = publish(LARGE);
    assertThat(second.header("Retry-After")).contains("1");
    assertThat(second.text()).contains("\"code\":101");
    assertThat(publish(1_000).status()).isEqualTo(200);
    first.get().close();
    // It broke off: its room is free, and so is that of each one that is answered.
    await().atMost(60, TimeUnit.SECONDS).until(() -> publish(LARGE).status() == 200);
    assertThat(publish(LARGE).status()).isEqualTo(200);
  }

  /** Whichever of the two comes first takes the room: it is to be the one that does not end. */
  private boolean holds(AtomicReference<Socket> first) throws IOException {
    boolean isFull = publish(LARGE).status() == 503;
    if (!isFull && first.get().getInputStream().available() > 0) {
      first.get().close();
      first.set(begin());
    }
    return isFull;
  }

  /** It is refused before its end, so it holds nothing. */
  @Test
  void whoeverMayOnlyReadHasNoLargeBody() throws Exception {
    for (String[] each : new String[][] {{"POST", "/acl/check"}, {"GET", "/nodes"}}) {
      try (Socket held = new Socket("127.0.0.1", live.port())) {
        held.setSoTimeout(ANSWER_MILLIS);
        String request = head(each[0], each[1], LARGE + 1) + " ".repeat(1_000);
        held.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = held.getInputStream().readNBytes(12);
        assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        assertThat(publish(LARGE).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void moreValuesThanThereIsMemoryForAre413() throws Exception {
    long groups = HEAP / 8 / (2 * 160) + 1;
    String body = "{\"x\":[" + "[{}],".repeat((int) groups) + "1]}";
    assertThat(body.length()).isLessThan(4 << 20);
    RawHttp.Answer answer = RawHttp.exchange(live.port(), post(body), ANSWER_MILLIS);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).contains("more values than there is memory for");
  }

  private RawHttp.Answer publish(int length) throws IOException {
    String body = "{\"topic\":\"large\",\"payload\":\"\"}";
    body += " ".repeat(length - body.length());
    return RawHttp.exchange(live.port(), post(body), ANSWER_MILLIS);
  }

  private static byte[] post(String body) {
    return (head("POST", "/mqtt/publish", body.length()) + body).getBytes(StandardCharsets.UTF_8);
  }

  private static String head(String method, String path, int length) {
    return (method + " " + ApiRoutes.ROOT + path + " HTTP/1.1\r\n")
        + "Host: x\r\nConnection: close\r\n"
        + "Authorization: Basic YWRtaW46cHVibGlj\r\n"
        + ("Content-Length: " + length + "\r\n\r\n");
  }

  /** A large body but for its last byte. */
  private Socket begin() throws IOException {
    Socket socket = new Socket("127.0.0.1", live.port());
    socket.setSoTimeout(ANSWER_MILLIS);
    String request = head("POST", "/mqtt/publish", LARGE + 1) + " ".repeat(LARGE);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
