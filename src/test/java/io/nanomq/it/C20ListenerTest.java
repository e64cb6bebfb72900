package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.ListenerTerms;
import io.nanomq.config.model.MqttConf;
import io.nanomq.limit.Ban;
import io.nanomq.listener.Listeners;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one listener has of its own: limits, and proxies that say who a client is. */
class C20ListenerTest {
  private static final String FOREIGN = "203.0.113.9";
  private static final String LOCAL = "127.0.0.0/8";

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  private Listeners listeners() {
    return broker.broker().listeners();
  }

  private static ListenerConf conf(Transport transport, ListenerTerms terms) {
    String path = transport.isWebSocket() ? "/mqtt" : "";
    return Confs.listener("own", transport, TestBroker.HOST, 0, path).with(terms);
  }

  private void open(Transport transport, ListenerTerms terms) {
    listeners().open(conf(transport, terms)).toCompletableFuture().join();
  }

  private static ListenerTerms limits(int connections, long messages) {
    return ListenerTerms.NONE.with(new ListenerTerms.Limits(connections, 0, messages, 0));
  }

  private static ListenerTerms proxied(boolean protocol, String trusted) {
    List<Network> networks = Network.parse(trusted).stream().toList();
    return new ListenerTerms(ListenerTerms.Limits.NONE, protocol, networks, "");
  }

  private void ban(String address) {
    broker
        .broker()
        .bans()
        .replace(List.of(new Ban(Ban.Kind.ADDRESS, address, "", "", 0, Ban.FOREVER)));
  }

  @Test
  void asManyConnectionsAsItMayHave() {
    open(Transport.TCP, limits(1, 0));
    try (RawClient first = broker.raw("own", 4).connected("first", true);
        RawClient other = broker.raw(4).connected("other", true)) {
      try (RawClient second = broker.raw("own", 4)) {
        assertThat(second.connect("second", true, 0).isAccepted()).isFalse();
      }
      first.assertNothingMore();
      other.assertNothingMore();
    }
    broker.awaitConnections(0);
    try (RawClient again = broker.raw("own", 4).connected("again", true)) {
      again.assertNothingMore();
    }
  }

  @Test
  void otherLimitsDisconnectNobody() {
    open(Transport.TCP, limits(1, 0));
    try (RawClient first = broker.raw("own", 4).connected("first", true)) {
      var usual = Confs.listener("tcp", Transport.TCP, TestBroker.HOST, 0, "");
      var move = listeners().move(List.of(usual, conf(Transport.TCP, limits(2, 0))));
      move.open().thenCompose(done -> move.commit()).toCompletableFuture().join();
      try (RawClient second = broker.raw("own", 4).connected("second", true)) {
        second.assertNothingMore();
      }
      first.assertNothingMore();
    }
  }

  @Test
  void whatItsClientsSendTogetherIsBounded() {
    var rates = new MqttConf.Rates(0, 0, 0, true);
    broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with("rates", rates)));
    open(Transport.TCP, limits(0, 1));
    try (RawClient other = broker.raw(5).connected("other", true);
        RawClient client = broker.raw("own", 5).connected("client", true)) {
      for (int i = 1; i <= 120; i++) {
        other.publish("t", 1, i, new byte[1]).receive(4);
      }
      byte[] publish = {0x32, 6, 0, 1, 't', 0, 1, 0};
      byte[] many = new byte[120 * publish.length];
      for (int i = 0; i < many.length; i++) {
        many[i] = publish[i % publish.length];
      }
      client.send(many);
      RawPacket packet = client.receive();
      while (packet.type() == 4) {
        packet = client.receive();
      }
      assertThat(packet.at(0)).isEqualTo(0x96);
      other.assertNothingMore();
    }
  }

  private static byte[] header(int version, String source) {
    if (version == 1) {
      return ("PROXY TCP4 " + source + " 192.0.2.1 4711 1883\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }
    StringBuilder hex = new StringBuilder("0d0a0d0a000d0a515549540a2111000c");
    for (String part : source.split("\\.")) {
      hex.append(HexFormat.of().toHexDigits((byte) Integer.parseInt(part)));
    }
    return HexFormat.of().parseHex(hex + "c00002011267075b");
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void aTrustedProxySaysWhoAClientIs(int version) {
    open(Transport.TCP, proxied(true, LOCAL));
    ban(FOREIGN);
    try (RawClient bad = broker.raw("own", 5).send(header(version, FOREIGN));
        RawClient good = broker.raw("own", 5).send(header(version, "203.0.113.10"))) {
      assertThat(bad.connect("bad", true, 0).receive(2).at(1)).isEqualTo(0x8A);
      assertThat(good.connect("good", true, 0).isAccepted()).isTrue();
      ban("203.0.113.10");
      broker.broker().actions().disconnectBanned(broker.broker().bans());
      assertThat(good.receive(14).at(0)).isEqualTo(0x8A);
    }
  }

  @Test
  void whatAProxyOpensForItselfHasItsOwnAddress() {
    open(Transport.TCP, proxied(true, LOCAL));
    ban(FOREIGN);
    try (RawClient probe = broker.raw("own", 5).send("PROXY UNKNOWN\r\n".getBytes())) {
      assertThat(probe.connect("probe", true, 0).isAccepted()).isTrue();
    }
  }

  @Test
  void withoutAHeaderOrAProxyThatIsTrustedNobodyIsServed() {
    // What is not whole is waited for as long as a CONNECT.
    broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with("client.connectTimeoutSeconds", 1)));
    open(Transport.TCP, proxied(true, LOCAL));
    try (RawClient bare = broker.raw("own", 5)) {
      assertThat(bare.connect("bare", true, 0).isClosedByBroker()).isTrue();
    }
    try (RawClient broken = broker.raw("own", 5).send("PROXY TCP4 x y 1 2\r\n".getBytes())) {
      assertThat(broken.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void aProxyThatIsNotTrustedIsClosed() {
    open(Transport.TCP, proxied(true, "192.0.2.0/24"));
    try (RawClient client = broker.raw("own", 5)) {
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void whereNoHeaderIsExpectedItIsNoMqtt() {
    // What is not whole is waited for as long as a CONNECT.
    broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with("client.connectTimeoutSeconds", 1)));
    try (RawClient client = broker.raw(5).send(header(1, FOREIGN))) {
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  /** The last one that a trusted proxy names counts; what the client wrote itself does not. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8, 203.0.113.9, true",
    "127.0.0.0/8, '198.51.100.1, 203.0.113.9', true",
    "127.0.0.0/8, '203.0.113.9, 198.51.100.1', false",
    "192.0.2.0/24, 203.0.113.9, false",
    "127.0.0.0/8, nonsense, false"
  })
  void webSocketsSayItInXForwardedFor(String trusted, String forwarded, boolean isBanned) {
    open(Transport.WS, proxied(false, trusted));
    ban(FOREIGN);
    String headers = "mqtt\r\nX-Forwarded-For: " + forwarded;
    int port = listeners().port("own");
    var socket = RawWebSocket.open(TestBroker.HOST, port, "/mqtt", headers);
    try (RawClient client = new RawClient(socket, 5)) {
      int reason = client.connect("ws", true, 0).receive(2).at(1);
      assertThat(reason).isEqualTo(isBanned ? 0x8A : 0);
    }
  }
}
