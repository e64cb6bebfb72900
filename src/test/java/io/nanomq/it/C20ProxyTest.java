package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerTerms;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.limit.Ban;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes before TLS, and what is not quite a PROXY header. */
@Timeout(60)
class C20ProxyTest {
  private static final String FOREIGN = "203.0.113.9";
  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10};

  @TempDir Path folder;

  private static TestBroker brokerWith(Transport transport, TlsConf tls, MqttConf conf) {
    TestBroker broker = TestBroker.start(conf);
    var terms =
        new ListenerTerms(
            ListenerTerms.Limits.NONE, true, Network.parse("127.0.0.0/8").stream().toList(), "");
    var listener = Confs.listener("own", transport, TestBroker.HOST, 0, "", tls).with(terms);
    broker.broker().listeners().open(listener).toCompletableFuture().join();
    var ban = new Ban(Ban.Kind.ADDRESS, FOREIGN, "", "", 0, Ban.FOREVER);
    broker.broker().bans().replace(List.of(ban));
    return broker;
  }

  private static TestBroker plain() {
    return brokerWith(Transport.TCP, TlsConf.NONE, MqttConf.defaults());
  }

  private static byte[] header(String address) {
    return ("PROXY TCP4 " + address + " 192.0.2.1 4711 8883\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Version 2 with IPv6 addresses and further fields. */
  private static byte[] version2(byte[] source, int fieldBytes) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    int length = 36 + (fieldBytes == 0 ? 0 : 3 + fieldBytes);
    out.writeBytes(new byte[] {0x21, 0x21, (byte) (length >> 8), (byte) length});
    out.writeBytes(source);
    out.writeBytes(new byte[16]);
    out.writeBytes(new byte[] {0x12, 0x67, 0x07, 0x5B});
    if (fieldBytes > 0) {
      out.writeBytes(new byte[] {0x04, (byte) (fieldBytes >> 8), (byte) fieldBytes});
      out.writeBytes(new byte[fieldBytes]);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {FOREIGN, "203.0.113.10"})
  void theHeaderComesBeforeTheHandshake(String address) throws Exception {
    var certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    var tls =
        new TlsConf(
            certificates.key("server").toString(),
            certificates.certificate("server").toString(),
            "",
            "",
            false,
            false);
    try (TestBroker broker = brokerWith(Transport.TLS, tls, MqttConf.defaults())) {
      Socket plain = RawClient.open(TestBroker.HOST, broker.broker().listeners().port("own"));
      plain.getOutputStream().write(header(address));
      try (RawClient client =
          new RawClient(TlsPeer.trusting(certificates.trust()).over(plain), 5)) {
        int code = client.connect("c", true, 0).receive(2).at(1);
        assertThat(code).isEqualTo(address.equals(FOREIGN) ? 0x8A : 0);
      }
    }
  }

  /** One way to write an address does not get round a ban of the other. */
  @Test
  void anIpv4AddressWrittenAsIpv6IsThatAddress() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = -1;
    byte[] foreign = {(byte) 203, 0, 113, 9};
    System.arraycopy(foreign, 0, mapped, 12, 4);
    try (TestBroker broker = plain();
        RawClient client = broker.raw("own", 5).send(version2(mapped, 0))) {
      assertThat(client.connect("c", true, 0).receive(2).at(1)).isEqualTo(0x8A);
    }
    try (TestBroker broker = plain();
        RawClient client =
            broker
                .raw("own", 5)
                .send(
                    "PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2\r\n"
                        .getBytes(StandardCharsets.US_ASCII))) {
      assertThat(client.connect("c", true, 0).receive(2).at(1)).isEqualTo(0x8A);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 60_000})
  void fieldsAreBounded(int bytes) {
    try (TestBroker broker = plain();
        RawClient client = broker.raw("own", 5)) {
      byte[] header = version2(new byte[16], bytes);
      try {
        client.send(header).connect("c", true, 0);
      } catch (UncheckedIOException closed) {
        assertThat(bytes).isGreaterThan(1000);
      }
      if (bytes > 1000) {
        assertThat(client.isClosedByBroker()).isTrue();
      } else {
        assertThat(client.receive(2).at(1)).isZero();
      }
    }
  }

  /** Half of one keeps a socket no longer than half of a CONNECT. */
  @ParameterizedTest
  @ValueSource(ints = {1, 12, 20})
  void halfAHeaderIsWaitedForNoLongerThanAConnect(int bytes) throws IOException {
    MqttConf conf = Limits.with("client.connectTimeoutSeconds", 1);
    try (TestBroker broker = brokerWith(Transport.TCP, TlsConf.NONE, conf);
        RawClient client = broker.raw("own", 5)) {
      client.send(Arrays.copyOf(version2(new byte[16], 0), bytes));
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }
}
