package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.nanomq.listener.Listeners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every key of listeners, of each transport's own listener and of a further one: a broker is
 * started with a document that has it, and does what the table of keys says.
 */
@Timeout(120)
class C39ListenerKeysTest {
  private static final String[] SECTIONS = {"tcp", "ssl", "ws", "wss"};
  private static final String HOST = "127.0.0.1";
  private static final int CONNACK = 2;
  private static final int PUBACK = 4;
  private static final int DISCONNECT = 14;

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static TestCertificates others;
  private static String tls;

  private final TestBroker broker = TestBroker.start();

  @BeforeAll
  static void certificates() throws Exception {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    certificates.issue("client", -1, 30);
    certificates.issueFor("named", "EC", "named.example");
    others = new TestCertificates(Files.createDirectory(folder.resolve("others")));
    others.issue("client", -1, 30);
    tls =
        """
        keyfile = "%s", key_password = "topsecret", certfile = "%s", cacertfile = "%s"
        verify_peer = true, fail_if_no_peer_cert = true
        sni = [{ keyfile = "%s", key_password = "other", certfile = "%s" }]
        """
            .formatted(
                certificates.encryptedKey("server", "topsecret"),
                certificates.certificate("server"),
                certificates.authority(),
                certificates.encryptedKey("named", "other"),
                certificates.certificate("named"));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  /** Puts a document in force, with its listeners in the place of those of the test's broker. */
  private void apply(String text) throws Exception {
    NanomqConf conf = Confs.load(text + "http_server.enable = false\n").conf();
    var move = broker.broker().move(conf);
    move.open()
        .thenCompose(done -> broker.broker().commit(conf, move))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  /** One section for each listener, its own and one that is called {@code own}. */
  private String listeners(String settings) {
    StringBuilder text = new StringBuilder("listeners {\n");
    for (String section : SECTIONS) {
      String own = settings(section, settings, section);
      String named = settings(section, settings, section + "/own");
      text.append(section).append(" {\n").append(own);
      text.append("own {\n").append(named).append("}\n}\n");
    }
    return text.append("}\n").toString();
  }

  private String settings(String section, String settings, String name) {
    String path = section.startsWith("ws") ? "/mqtt" : "";
    String keys = section.equals("ssl") || section.equals("wss") ? tls : "";
    return "enable = true\nbind = \"127.0.0.1:0%s\"\n%s%s\n"
        .formatted(path, keys, settings.replace("NAME", name));
  }

  private int port(String name) {
    Listeners open = broker.broker().listeners();
    return open.port(name);
  }

  private static boolean isSecure(String name) {
    return name.startsWith("ssl") || name.startsWith("wss");
  }

  private SSLSocket secure(String name, String server) {
    var identity = certificates.identity("client").getKeyManagers()[0];
    return TlsPeer.trusting(certificates.trust(), identity).open(port(name), server);
  }

  private Socket socket(String name) {
    try {
      return isSecure(name) ? secure(name, null) : RawClient.open(HOST, port(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RawClient client(String name, int version) {
    Socket socket = socket(name);
    return name.startsWith("ws")
        ? new RawClient(RawWebSocket.open(socket, "/mqtt"), version)
        : new RawClient(socket, version);
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (String section : SECTIONS) {
      names.add(section);
      names.add(section + ".own");
    }
    return names;
  }

  /** bind, enable, mountpoint, auth.links. */
  @Test
  void whereItIsWhoComesInAndWhatItsTopicsAreBelow() throws Exception {
    apply(
        listeners("mountpoint = \"NAME/\", auth.links = [users]")
            + "auth { allow_anonymous = true, password { joe = s } }\n");
    for (String name : names()) {
      try (RawClient wrong = client(name, 4).connect("c", "joe", "t")) {
        assertThat(wrong.receive(CONNACK).at(1)).as(name).isNotZero();
      }
      try (RawClient right = client(name, 4).connect("c", "joe", "s")) {
        assertThat(right.receive(CONNACK).at(1)).as(name).isZero();
        right.packet(0x31, payload("a", name));
        right.publish("b", 1, 1, new byte[1]).receive(PUBACK);
        String kept = name.replace('.', '/') + "/a";
        assertThat(broker.broker().retainedListing().remove(kept).toCompletableFuture().join())
            .as(name)
            .isEqualTo(1);
      }
    }
    apply(
        listeners("")
            .replace("enable = true", "enable = false")
            .replace("tcp {\nenable = false", "tcp {\nenable = true"));
    assertThat(names().stream().filter(this::isOpen)).containsExactly("tcp");
  }

  private boolean isOpen(String name) {
    try {
      return port(name) > 0;
    } catch (RuntimeException none) {
      return false;
    }
  }

  private static byte[] payload(String topic, String text) {
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[2 + topic.length() + said.length];
    body[1] = (byte) topic.length();
    System.arraycopy(topic.getBytes(StandardCharsets.UTF_8), 0, body, 2, topic.length());
    System.arraycopy(said, 0, body, 2 + topic.length(), said.length);
    return body;
  }

  /** certfile, keyfile, key_password, cacertfile, verify_peer, fail_if_no_peer_cert, sni. */
  @ParameterizedTest
  @ValueSource(strings = {"ssl", "ssl.own", "wss", "wss.own"})
  void whoIsThereAndWhomItLetsShakeHands(String name) throws Exception {
    apply(listeners(""));
    assertThat(TlsPeer.subject(secure(name, null))).isEqualTo("CN=server");
    assertThat(TlsPeer.subject(secure(name, "named.example"))).isEqualTo("CN=named");
    var stranger = others.identity("client").getKeyManagers()[0];
    for (TlsPeer refused :
        new TlsPeer[] {
          TlsPeer.trusting(certificates.trust()), TlsPeer.trusting(certificates.trust(), stranger)
        }) {
      assertThatThrownBy(() -> refused.open(port(name), null, "TLSv1.2"))
          .isInstanceOf(UncheckedIOException.class);
    }
    apply(listeners("").replace("fail_if_no_peer_cert = true", "fail_if_no_peer_cert = false"));
    try (SSLSocket nobody =
        TlsPeer.trusting(certificates.trust()).open(port(name), null, "TLSv1.2")) {
      assertThat(nobody.isConnected()).isTrue();
    }
    apply(
        listeners("")
            .replace("verify_peer = true, fail_if_no_peer_cert = true", "verify_peer = false"));
    try (SSLSocket anybody =
        TlsPeer.trusting(certificates.trust(), stranger).open(port(name), null, "TLSv1.2")) {
      assertThat(anybody.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "ws.own", "wss", "wss.own"})
  void whichPagesMayOpenAWebSocket(String name) throws Exception {
    apply(listeners("").replace("/mqtt\"", "/mqtt\"\nallow_origins = [\"https://good.example\"]"));
    assertThat(upgrade(name, "https://good.example")).startsWith("HTTP/1.1 101");
    assertThat(upgrade(name, "https://evil.example")).startsWith("HTTP/1.1 403");
  }

  private String upgrade(String name, String origin) throws IOException {
    try (Socket socket = socket(name)) {
      String head =
          "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Origin: %s\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
      socket.getOutputStream().write(head.formatted(origin).getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
      return new String(answer, StandardCharsets.US_ASCII);
    }
  }

  /** limits.connections_per_second: of each for itself, all at once. */
  @Test
  void howManyConnectASecond() throws Exception {
    apply(listeners("limits.connections_per_second = 1"));
    ExecutorService threads = Executors.newFixedThreadPool(names().size());
    try {
      Map<String, Future<Long>> taken = new LinkedHashMap<>();
      names().forEach(name -> taken.put(name, threads.submit(() -> nanosOfThree(name))));
      for (Map.Entry<String, Future<Long>> one : taken.entrySet()) {
        assertThat(one.getValue().get(60, TimeUnit.SECONDS))
            .as(one.getKey())
            .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private long nanosOfThree(String name) {
    long start = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      client(name, 4).connected(name + i, true).close();
    }
    return System.nanoTime() - start;
  }

  /** limits.bytes, limits.messages, limits.connections. */
  @ParameterizedTest
  @ValueSource(strings = {"bytes = 1KB", "messages = 1", "connections = 1"})
  void whatItsClientsMayDoTogether(String limit) throws Exception {
    apply(listeners("limits." + limit) + "mqtt.rate.action = disconnect\n");
    for (String name : names()) {
      try (RawClient client = client(name, 5).connected("c", true)) {
        if (limit.startsWith("connections")) {
          assertThat(isLetIn(name)).as(name).isFalse();
        } else {
          client.hold();
          for (int i = 1; i <= 200; i++) {
            client.publish("t", 1, i, new byte[100]);
          }
          client.release();
          RawPacket packet = client.receive();
          while (packet.type() == PUBACK) {
            packet = client.receive();
          }
          assertThat(packet.type()).as(name).isEqualTo(DISCONNECT);
          assertThat(packet.at(0)).as(name).isEqualTo(0x96);
        }
      }
    }
  }

  private boolean isLetIn(String name) {
    try (RawClient second = client(name, 5)) {
      return second.connect("second", true, 0).isAccepted();
    } catch (RuntimeException closed) {
      return false;
    }
  }
}
