package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several certificates on one listener: the host name in the ClientHello says which one. */
@Timeout(120)
class C15SniTest {
  @TempDir static Path folder;
  @TempDir static Path strangersFolder;
  private static TestCertificates certificates;
  private static TlsPeer anybody;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issueFor("main", "EC", "localhost", "exact.wild.example");
    certificates.issueFor("one", "RSA", "one.example", "uno.example");
    certificates.issueFor("wild", "EC", "*.wild.example");
    certificates.issueFor("renewed", "EC", "one.example");
    certificates.issue("client", -1, 30);
    anybody = TlsPeer.trusting(certificates.trust());
  }

  private static SniConf pair(String number, String alias) {
    return pair(number, certificates.key(alias), certificates.certificate(alias));
  }

  private static SniConf pair(String number, Path key, Path certificate) {
    return new SniConf(number, key.toString(), certificate.toString(), "");
  }

  private static TlsConf tls(boolean verify, boolean required, SniConf... pairs) {
    String authority = verify ? certificates.authority().toString() : "";
    return new TlsConf(
        certificates.key("main").toString(),
        certificates.certificate("main").toString(),
        authority,
        "",
        verify,
        required,
        List.of(pairs));
  }

  private static TestBroker brokerWith(Transport transport, TlsConf tls) {
    TestBroker broker = TestBroker.start();
    String path = transport.isWebSocket() ? "/mqtt" : "";
    var listener = Confs.listener("tls", transport, TestBroker.HOST, 0, path, tls);
    broker.broker().listeners().open(listener).toCompletableFuture().join();
    return broker;
  }

  private static int port(TestBroker broker) {
    return broker.broker().listeners().port("tls");
  }

  private static RawClient mqtt(Transport transport, SSLSocket socket) {
    return transport.isWebSocket()
        ? new RawClient(RawWebSocket.open(socket, "/mqtt"), 5)
        : new RawClient(socket, 5);
  }

  private static String subject(TestBroker broker, @Nullable String name, String... protocols) {
    return TlsPeer.subject(anybody.open(port(broker), name, protocols));
  }

  @ParameterizedTest
  @CsvSource({"TLS,TLSv1.3", "TLS,TLSv1.2", "WSS,TLSv1.3", "WSS,TLSv1.2"})
  void theNameChoosesTheCertificate(Transport transport, String protocol) {
    TlsConf tls = tls(false, false, pair("1", "one"), pair("2", "wild"));
    try (TestBroker broker = brokerWith(transport, tls)) {
      assertThat(subject(broker, "one.example", protocol)).isEqualTo("CN=one");
      assertThat(subject(broker, "uno.example", protocol)).isEqualTo("CN=one");
      assertThat(subject(broker, "ONE.Example", protocol)).isEqualTo("CN=one");
      assertThat(subject(broker, "any.wild.example", protocol)).isEqualTo("CN=wild");
      assertThat(subject(broker, "exact.wild.example", protocol)).isEqualTo("CN=main");
      assertThat(subject(broker, "a.b.wild.example", protocol)).isEqualTo("CN=main");
      assertThat(subject(broker, "wild.example", protocol)).isEqualTo("CN=main");
      assertThat(subject(broker, "unknown.example", protocol)).isEqualTo("CN=main");
      assertThat(subject(broker, null, protocol)).isEqualTo("CN=main");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TLS", "WSS"})
  void messagesPassWhicheverCertificateItIs(Transport transport) {
    TlsConf tls = tls(false, false, pair("1", "one"));
    try (TestBroker broker = brokerWith(transport, tls)) {
      for (String name : new String[] {"one.example", "localhost", "unknown.example"}) {
        SSLSocket socket = anybody.openSlowly(port(broker), name);
        try (RawClient client = mqtt(transport, socket).connected("c", true)) {
          client.subscribe(1, "a", 1).receive(9);
          client.publish("a", 1, 1, new byte[100_000]);
          assertThat(List.of(client.receive().type(), client.receive().type()))
              .containsExactlyInAnyOrder(3, 4);
        }
        broker.awaitConnections(0);
      }
    }
  }

  @Test
  void aRenewedCertificateIsUsedAndNobodyIsDropped() throws Exception {
    Path key = folder.resolve("live.key");
    Path certificate = folder.resolve("live.pem");
    install("one", key, certificate);
    TlsConf tls = tls(false, false, pair("1", key, certificate), pair("2", "wild"));
    try (TestBroker broker = brokerWith(Transport.TLS, tls);
        RawClient client = mqtt(Transport.TLS, anybody.open(port(broker), "one.example"))) {
      client.connected("stays", true);
      assertThat(subject(broker, "one.example")).isEqualTo("CN=one");
      install("renewed", key, certificate);
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> subject(broker, "one.example").equals("CN=renewed"));
      // A name that the new certificate does not have is no longer one of the listener's.
      assertThat(subject(broker, "uno.example")).isEqualTo("CN=main");
      assertThat(subject(broker, "any.wild.example")).isEqualTo("CN=wild");
      client.assertNothingMore();
    }
  }

  private static void install(String alias, Path key, Path certificate) throws IOException {
    Files.copy(certificates.key(alias), key, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificates.certificate(alias), certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aPairThatDoesNotFitOpensNoListener() {
    TlsConf mixed =
        tls(false, false, pair("1", certificates.key("wild"), certificates.certificate("one")));
    assertThatThrownBy(() -> brokerWith(Transport.TLS, mixed).close())
        .hasMessageContaining("does not belong to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void clientsNeedACertificateWhateverNameTheyAskFor(String protocol) {
    TlsConf tls = tls(true, true, pair("1", "one"), pair("2", "wild"));
    var known =
        TlsPeer.trusting(certificates.trust(), certificates.identity("client").getKeyManagers()[0]);
    try (TestBroker broker = brokerWith(Transport.TLS, tls)) {
      for (String name : new String[] {"one.example", "x.wild.example", "unknown.example", null}) {
        try (RawClient client =
            new RawClient(known.open(port(broker), name, protocol), 5).connected("k", true)) {
          client.assertNothingMore();
        }
        assertThat(isLetIn(broker, anybody, name, protocol)).as(name + " without").isFalse();
        assertThat(isLetIn(broker, stranger(), name, protocol)).as(name + " stranger").isFalse();
      }
      broker.awaitConnections(0);
    }
  }

  @Test
  void whereNoneIsRequiredOnlyWrongOnesAreRefused() {
    TlsConf tls = tls(true, false, pair("1", "one"));
    try (TestBroker broker = brokerWith(Transport.TLS, tls)) {
      for (String name : new String[] {"one.example", "unknown.example", null}) {
        assertThat(isLetIn(broker, anybody, name, "TLSv1.3")).as(name + " without").isTrue();
        assertThat(isLetIn(broker, stranger(), name, "TLSv1.3")).as(name + " stranger").isFalse();
      }
      broker.awaitConnections(0);
    }
  }

  /** Trusts the broker, and has a certificate of an authority that the broker does not know. */
  private static TlsPeer stranger() {
    if (!Files.exists(strangersFolder.resolve("stranger.pem"))) {
      new TestCertificates(strangersFolder).issue("stranger", -1, 30);
    }
    return TlsPeer.trusting(certificates.trust(), new Insistent(strangersFolder));
  }

  private static boolean isLetIn(
      TestBroker broker, TlsPeer peer, @Nullable String name, String protocol) {
    try (RawClient client = new RawClient(peer.open(port(broker), name, protocol), 5)) {
      // With TLS 1.3 the server's refusal comes after the client's handshake has ended.
      return client.connect("in", true, 0).receive().type() == 2;
    } catch (UncheckedIOException refused) {
      return false;
    }
  }

  @Test
  void whatIsNoHandshakeIsClosedAndLeavesNothingBehind() throws Exception {
    TlsConf tls = tls(false, false, pair("1", "one"));
    try (TestBroker broker = brokerWith(Transport.TLS, tls)) {
      byte[][] hostile = {
        "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 0},
        // A ClientHello that says it has 16 MiB, of which the first records come.
        endless(),
        hello("\u00FF\u00FE.\u0000"),
        hello("xn--\u00E4".repeat(100)),
        hello("." + "a".repeat(5_000)),
        hello("")
      };
      for (byte[] bytes : hostile) {
        try (Socket socket = RawClient.open(TestBroker.HOST, port(broker))) {
          socket.getOutputStream().write(bytes);
          assertThat(isClosed(socket)).isTrue();
        }
      }
      try (Socket half = RawClient.open(TestBroker.HOST, port(broker))) {
        half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
        broker.awaitConnections(1);
      }
      broker.awaitConnections(0);
      assertThat(subject(broker, "one.example")).isEqualTo("CN=one");
    }
  }

  /** Asks for that name, and offers a server nothing that it could agree to. */
  private static byte[] hello(String name) {
    byte[] host = name.getBytes(StandardCharsets.ISO_8859_1);
    int body = 2 + 32 + 1 + 4 + 2 + 2 + 9 + host.length;
    ByteBuffer hello = ByteBuffer.allocate(5 + 4 + body);
    hello.put(new byte[] {22, 3, 1}).putShort((short) (4 + body));
    hello.put((byte) 1).put((byte) 0).putShort((short) body);
    hello.put(new byte[] {3, 3}).put(new byte[32]).put((byte) 0);
    hello.put(new byte[] {0, 2, 0x13, 1, 1, 0}).putShort((short) (9 + host.length));
    hello.putShort((short) 0).putShort((short) (5 + host.length));
    hello.putShort((short) (3 + host.length)).put((byte) 0).putShort((short) host.length);
    return hello.put(host).array();
  }

  private static byte[] endless() {
    ByteBuffer hello = ByteBuffer.allocate(3 * (5 + 16_384));
    for (int record = 0; record < 3; record++) {
      hello.put(new byte[] {22, 3, 1}).putShort((short) 16_384);
      int at = hello.position();
      if (record == 0) {
        hello.put(new byte[] {1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
      }
      hello.position(at + 16_384);
    }
    return hello.array();
  }

  private static boolean isClosed(Socket socket) {
    try {
      // An alert may come first.
      while (socket.getInputStream().read() >= 0) {
        continue;
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
