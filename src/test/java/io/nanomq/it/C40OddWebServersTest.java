package io.nanomq.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import io.nanomq.sink.SinkFigures;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A web server that does not speak HTTP as it should costs its own event at most. */
@Timeout(60)
class C40OddWebServersTest {
  private static final String FINE = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final int PUBACK = 4;

  private final TestBroker broker = TestBroker.start();
  private final AtomicInteger requests = new AtomicInteger();

  @AfterEach
  void close() {
    broker.close();
  }

  private void apply(String url, String more) throws Exception {
    String text =
        "webhook { url = \"%s\", pool_size = 1, cancel_timeout = 1s, retry = 20s\n%s\n"
            + " events = [{ event = on_message_publish, topic = t }] }\n";
    broker.reconfigure(Confs.load(text.formatted(url, more)).conf());
  }

  private SinkFigures figures() {
    return broker.broker().integrations().webhooks().figures();
  }

  private void publish() {
    try (RawClient client = broker.raw(4).connected("c", true)) {
      client.publish("t", 1, 1, "hi".getBytes(UTF_8)).receive(PUBACK);
    }
  }

  /** Answers the first request like that, and all others as it should. */
  private void serve(ServerSocket server, String odd) {
    String said = odd.replace("~", "\r\n").replace("PORT", "" + server.getLocalPort());
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket, said);
      } catch (IOException gone) {
        continue;
      }
    }
  }

  private void answer(Socket socket, String odd) throws IOException {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    byte[] buffer = new byte[8192];
    StringBuilder got = new StringBuilder();
    while (true) {
      int count = in.read(buffer);
      if (count < 0) {
        return;
      }
      got.append(new String(buffer, 0, count, ISO_8859_1));
      if (!got.toString().endsWith("}")) {
        continue;
      }
      got.setLength(0);
      if (requests.getAndIncrement() > 0) {
        out.write(FINE.getBytes(ISO_8859_1));
      } else if (odd.startsWith("DRIP")) {
        // Each byte comes in time, the answer never.
        for (byte each : FINE.replace("OK", "OK".repeat(200)).getBytes(ISO_8859_1)) {
          out.write(each);
          socket.setSoTimeout(50);
          waitFor(in);
        }
      } else if (odd.equals("NOTHING")) {
        return;
      } else {
        out.write(odd.replace("MANY", "x".repeat(300_000)).getBytes(ISO_8859_1));
        return;
      }
    }
  }

  private static void waitFor(InputStream in) throws IOException {
    try {
      in.read();
    } catch (java.net.SocketTimeoutException nothing) {
      return;
    }
  }

  /** What is said in full counts, whatever is wrong with it; what is not is said again. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.0 200 OK~~fine | 1 | 0 | 1",
        "HTTP/1.1 200 OK~~until the end | 1 | 0 | 1",
        "HTTP/1.1 200 OK~Content-Length: 400000~~MANY | 1 | 0 | 1",
        "HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 0~~ | 1 | 0 | 1",
        "HTTP/1.1 301 Moved~Location: http://127.0.0.1:PORT/evil~Content-Length: 0~~ | 0 | 1 | 1",
        "HTTP/1.1 200 OK~Content-Length: 10~~half | 1 | 0 | 2",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ZZ~xx | 1 | 0 | 2",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~ab | 1 | 0 | 2",
        "HTTP/1.1 200 OK~X: MANY~~ | 1 | 0 | 2",
        "HTTP/1.1 nonsense~~ | 1 | 0 | 2",
        "SSH-2.0-OpenSSH~ | 1 | 0 | 2",
        "NOTHING | 1 | 0 | 2",
        "DRIP | 1 | 0 | 2"
      })
  void anAnswerThatIsOddCostsAnotherRequestAtMost(String odd, int sent, int refused, int asked)
      throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> serve(server, odd), "odd-server");
      thread.setDaemon(true);
      thread.start();
      apply("http://127.0.0.1:" + server.getLocalPort() + "/hook", "");
      publish();
      TestBroker.soon().until(() -> figures().sent() == sent && figures().failed() == refused);
      assertThat(requests).hasValue(asked);
      publish();
      TestBroker.soon().until(() -> figures().sent() == sent + 1);
    }
  }

  @Test
  void whoseCertificateHasExpiredIsToldNothing(@TempDir Path folder) throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.issue("over", -30, 10);
    certificates.issue("right", -1, 30);
    for (String alias : Arrays.asList("over", "right")) {
      HttpServerOptions options =
          new HttpServerOptions()
              .setSsl(true)
              .setKeyCertOptions(KeyCertOptions.wrap(certificates.identity(alias)));
      try (WebPeer peer = new WebPeer(WebPeer.says(200), options)) {
        // Shorter than elsewhere: a broker that stops waits for what may still get there.
        String more = "retry = 1s\nssl.cacertfile = \"%s\"";
        apply(peer.url("/hook"), more.formatted(certificates.authority()));
        publish();
        if (alias.equals("right")) {
          TestBroker.soon().until(() -> figures().sent() >= 1);
        } else {
          TestBroker.soon().until(() -> figures().retries() >= 1);
          assertThat(peer.asked()).isEmpty();
        }
      }
    }
  }
}
