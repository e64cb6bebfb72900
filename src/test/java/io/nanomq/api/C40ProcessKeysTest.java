package io.nanomq.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.Reconciler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of the log and of the API's socket that change while the broker runs. */
@QuarkusTest
@Timeout(60)
class C40ProcessKeysTest {
  private static final String HOCON =
      """
      listeners.tcp.bind = "127.0.0.1:0"
      listeners.ws.enable = false
      http_server { ip_addr = "127.0.0.1", port = 0 }
      """;

  @TempDir static Path folder;
  @Inject LiveConf live;
  @Inject Reconciler reconciler;

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
  }

  private void apply(String document) throws Exception {
    live.file("nanomq.conf", document);
    reconciler.apply("restart").toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private String call() {
    return live.admin().post(ApiRoutes.ROOT + "/reload").asString();
  }

  @Test
  void theLogGoesWhereItIsSaidTo() throws Exception {
    Path logs = folder.resolve("logs");
    String text =
        """
        log.to=file,uds
        log.level=debug
        log.dir=FOLDER/logs
        log.file=own.log
        log.format=json
        log.rotation.size=1KB
        log.rotation.count=2
        log.uds_addr=FOLDER/uds
        """;
    try (ServerSocketChannel uds = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      uds.bind(UnixDomainSocketAddress.of(folder.resolve("uds")));
      live.apply(text.replace("FOLDER", folder.toString()));
      try (var lines = new BufferedReader(Channels.newReader(uds.accept(), UTF_8))) {
        String line = lines.readLine();
        assertThat(line).startsWith("{").contains("\"level\":\"");
        while (!line.contains("by admin")) {
          call();
          line = lines.readLine();
        }
        assertThat(line).contains("/reload by admin");
        // Each of these is told on a line of more than a hundred characters.
        for (int i = 0; i < 50; i++) {
          call();
        }
      }
      await().until(() -> Files.exists(logs.resolve("own.log.2")));
      assertThat(logs.resolve("own.log.3")).doesNotExist();
      // While it is rotated there is none for a moment.
      await()
          .ignoreExceptionsInstanceOf(NoSuchFileException.class)
          .until(() -> Files.readString(logs.resolve("own.log.1")).startsWith("{"));
    }
    live.apply("log.dir=" + folder + "\nlog.file=quiet.log\nlog.to=file\nlog.level=error\n");
    call();
    assertThat(Files.readString(folder.resolve("quiet.log"))).doesNotContain("by admin");
  }

  /** The name of key=value, and both that HOCON knows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        TestConf.DOCUMENT + "http_server.parallel=5\n",
        HOCON + "http_server.limit_conn = 5\n",
        HOCON + "http_server.parallel = 5\n"
      })
  void connectionsOfTheApiAreBounded(String document) throws Exception {
    apply(document);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        sockets.add(new Socket("127.0.0.1", live.port()));
      }
      await().until(() -> sockets.stream().anyMatch(C40ProcessKeysTest::isClosed));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void theApiGoesAndComesBack() throws Exception {
    int port = live.port();
    apply(TestConf.DOCUMENT.replace("http_server.enable=true", "http_server.enable=false"));
    await().until(() -> !listens(port));
    live.apply("");
    live.admin().get(ApiRoutes.ROOT).then().statusCode(200);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
