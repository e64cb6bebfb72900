package io.nanomq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.it.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/nanomq stop} and its sisters say of a port where no broker obeys. */
@Timeout(60)
class ControlCommandTest {
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  @TempDir Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  /** Answers every request alike; gives its port. */
  private int answering(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, body.length());
          exchange.getResponseBody().write(body.getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    servers.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  /** Says that to the first bytes that come, and hangs up. */
  private int saying(String answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread thread = new Thread(() -> say(answer, server));
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  private static void say(String answer, ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read(new byte[16]);
      socket.getOutputStream().write(answer.getBytes(UTF_8));
    } catch (IOException e) {
      return; // the test is over
    }
  }

  private void run(String command, int port, String more) throws IOException, ConfException {
    String text =
        "http_server.ip_addr=127.0.0.1\nhttp_server.password=not public\nhttp_server.port="
            + port
            + "\n"
            + more;
    NanomqConf conf = Confs.load(text).conf();
    ControlCommand.run(command, conf, 0, new PrintStream(said, true, UTF_8));
  }

  @Test
  void whatIsDoneIsSaid() throws Exception {
    run("reload", answering(200, "{\"code\":0}"), "");
    assertThat(said.toString(UTF_8)).isEqualTo("the stored configuration is in force\n");
  }

  @Test
  void aRefusalIsSaidInTheWordsOfTheBroker() throws Exception {
    int port = answering(401, "{\"code\":103,\"message\":\"Wrong user name or password\"}");
    assertThatThrownBy(() -> run("stop", port, ""))
        .isInstanceOf(IOException.class)
        .hasMessage("http://127.0.0.1:" + port + " refuses: Wrong user name or password");
  }

  @Test
  void anotherServiceIsToldFromABroker() throws Exception {
    int web = answering(200, "<html>");
    assertThatThrownBy(() -> run("stop", web, ""))
        .hasMessageEndingWith("is no broker: its answer is not JSON");
    int other = saying("");
    assertThatThrownBy(() -> run("stop", other, ""))
        .hasMessageContaining("hangs up: it is no HTTP API, or one that wants TLS");
  }

  /** Neither under its name nor under another one. */
  @Test
  void halfAnExportIsNotLeft() throws Exception {
    int port = saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    assertThat(export(port, folder.resolve("store.ndjson"))).isEqualTo(1);
    assertThat(said.toString(UTF_8)).startsWith("nanomq export: ");
    assertThat(folder).isDirectoryNotContaining("glob:**store.ndjson*");
  }

  private int export(int port, Path file) throws IOException {
    Path conf = folder.resolve("nanomq.conf");
    Files.writeString(conf, "http_server.ip_addr=127.0.0.1\nhttp_server.port=" + port + "\n");
    String[] args = {"export", file.toString(), "--conf", conf.toString()};
    PrintStream out = new PrintStream(said, true, UTF_8);
    return TransferCommand.run(args, out, out);
  }

  /** A disk that is full is no broker that is away. */
  @Test
  void whatIsWrongWithTheFileIsSaidOfTheFile() throws Exception {
    int port = answering(200, "{}\n");
    Path file = folder.resolve("nowhere/store.ndjson");
    assertThat(export(port, file)).isEqualTo(1);
    assertThat(said.toString(UTF_8))
        .startsWith("nanomq export: " + file + " cannot be written: there is no");
    Path here = folder.resolve("store.ndjson");
    assertThat(export(answering(200, "x".repeat(1 << 20)), here)).isZero();
    assertThat(here).hasSize(1 << 20);
  }

  @Test
  void plainHttpWhereTlsIsAskedForIsSaid() throws Exception {
    var certificates = new TestCertificates(folder);
    certificates.issue("api", -1, 30);
    int port = saying("HTTP/1.1 400 Bad Request\r\n\r\n");
    String tls =
        ("http_server.tls.certfile=" + certificates.certificate("api") + "\n")
            + ("http_server.tls.keyfile=" + certificates.key("api") + "\n");
    assertThatThrownBy(() -> run("stop", port, tls))
        .hasMessage("https://127.0.0.1:" + port + " speaks no TLS, which http_server.tls asks for");
  }

  @Test
  void anApiThatIsOffCannotBeToldAnything() {
    assertThatThrownBy(() -> run("stop", 1, "http_server.enable=false\n"))
        .hasMessageContaining("so nobody can be told: send SIGTERM");
  }
}
