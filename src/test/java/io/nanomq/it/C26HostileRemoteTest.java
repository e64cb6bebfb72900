package io.nanomq.it;

import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bridge to something that is no broker, or one that means harm. */
@Timeout(120)
class C26HostileRemoteTest {
  private static final String CONNACK = "20 03 00 00 00";

  private final TestBroker local = TestBroker.start();
  private final ServerSocket remote = listen();
  private Socket peer;

  private static ServerSocket listen() {
    try {
      var socket = new ServerSocket();
      // What the kernel keeps for a peer that does not read has to be filled first.
      socket.setReceiveBufferSize(16 * 1024);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    remote.close();
    if (peer != null) {
      peer.close();
    }
    local.close();
  }

  private void open(String rules) {
    String bridge =
        "bridges.mqtt.b { server = \"mqtt-tcp://127.0.0.1:%d\", proto_ver = 5\n%s }"
            .formatted(remote.getLocalPort(), rules);
    local.apply(before -> BridgePeers.with(before, bridge));
  }

  /** Lets the bridge connect, and answers with these bytes. */
  private void answer(String hex) throws IOException {
    peer = remote.accept();
    peer.getInputStream().read(new byte[4096]);
    send(hex);
  }

  private void send(String hex) throws IOException {
    peer.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private void awaitError(String text) {
    TestBroker.soon()
        .until(
            () -> {
              String error = status(local, "b").lastError();
              return error != null && error.contains(text);
            });
    assertThat(status(local, "b").lastError()).contains(text);
  }

  @ParameterizedTest
  @CsvSource({
    "40 02 00 01, before CONNACK",
    "20 ff ff ff 7f, too large",
    "20 03 00 00 00 20 03 00 00 00, a second CONNACK",
    "20 03 00 00 00 32 07 00 01 61 00 01 03 23 00 01, ''",
    "20 03 00 00 00 30 07 00 01 61 03 23 00 01, topic alias",
    "20 03 00 00 00 90 04 00 01 00 00, SUBACK",
    "20 03 00 00 00 10 00, packet type 1",
    "20 06 00 00 03 21 00 00, Receive Maximum",
    "20 0c 00 87 09 1f 00 06 61 0a 62 1b 63 64, code 0x87: a b cd"
  })
  void garbageCostsTheConnectionAndSaysWhy(String hex, String error) throws IOException {
    open("forwards = [a]");
    answer(hex);
    awaitError(error);
    assertThat(peer.getInputStream().read(new byte[1])).isLessThan(1);
  }

  @Test
  void unknownAcknowledgementsCostNothing() throws IOException {
    open("forwards = [a]");
    answer(CONNACK + "40 02 00 07 50 02 00 08 70 02 00 09 d0 00");
    BridgePeers.awaitConnected(local, "b");
    // PUBREC of nobody is answered that there is none.
    byte[] told = peer.getInputStream().readNBytes(5);
    assertThat(HexFormat.of().formatHex(told)).isEqualTo("6203000892");
    assertThat(status(local, "b").lastError()).isNull();
  }

  /** It sends and sends what has to be answered, and reads none of the answers. */
  @Tag("slow")
  @Test
  void whoNeverReadsDoesNotFillTheMemory() throws IOException {
    open("forwards = [a]");
    answer(CONNACK);
    byte[] released = new byte[400_000];
    for (int i = 0; i < released.length; i += 4) {
      System.arraycopy(new byte[] {0x62, 2, 0, 1}, 0, released, i, 4);
    }
    OutputStream out = peer.getOutputStream();
    try {
      for (int i = 0; i < 100; i++) {
        out.write(released);
      }
    } catch (IOException closed) {
      assertThat(closed).isNotNull();
    }
    awaitError("does not read");
  }

  /** One more message than Receive Maximum is not sent before one is acknowledged. */
  @Test
  void receiveMaximumOfOneHolds() throws IOException {
    open("forwards = [a]");
    answer("20 06 00 00 03 21 00 01");
    BridgePeers.awaitConnected(local, "b");
    try (RawClient publisher = local.raw(4).connected("p", true)) {
      byte[] x = "x".getBytes(StandardCharsets.UTF_8);
      publisher.publish("a", 1, 1, x).receive(4);
      publisher.publish("a", 1, 2, x).receive(4);
    }
    assertThat(status(local, "b").inflight()).isEqualTo(1);
    assertThat(status(local, "b").queued()).isEqualTo(1);
    InputStream in = peer.getInputStream();
    assertThat(in.read() >> 4).isEqualTo(3);
    in.readNBytes(in.read());
    send("40 02 00 01");
    assertThat(in.read() >> 4).isEqualTo(3);
    assertThat(status(local, "b").queued()).isZero();
  }
}
