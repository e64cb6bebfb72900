package io.nanomq.it;

import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bridge to something that lets it in, and then does not answer. */
@Timeout(60)
class C30SilentRemoteTest {
  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

  private final TestBroker local = TestBroker.start();
  private final ServerSocket remote = listen();
  private Socket peer;

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
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

  private void open(String rest) {
    String bridge =
        """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 5, clean_start = false
          backoff_min = 1ms, backoff_max = 0s, forwards = ["n"]
          %s
        }
        """
            .formatted(remote.getLocalPort(), rest);
    local.apply(before -> BridgePeers.with(before, bridge));
  }

  /** Lets the bridge in, and answers what it reads from then on. */
  private DataInputStream accept() throws IOException {
    peer = remote.accept();
    DataInputStream in = new DataInputStream(peer.getInputStream());
    packet(in);
    peer.getOutputStream().write(CONNACK);
    return in;
  }

  /** The first byte of a packet that is not longer than 127 bytes. */
  private static int packet(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    in.readNBytes(in.readUnsignedByte());
    return first;
  }

  private void awaitError(String text) {
    TestBroker.soon()
        .until(
            () -> {
              String error = status(local, "b").lastError();
              return error != null && error.contains(text);
            });
  }

  @Test
  void whatIsNotAcknowledgedIsSentAgainOnANewConnection() throws IOException {
    open("cancel_timeout = 300ms");
    DataInputStream in = accept();
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      publisher.publish("n", 1, 1, new byte[0]).receive(4);
    }
    assertThat(packet(in)).isEqualTo(0x32);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(packet(accept())).isEqualTo(0x3a);
    assertThat(status(local, "b").lastError())
        .isEqualTo("no acknowledgement for 300 ms (cancel_timeout)");
    assertThat(status(local, "b").inflight()).isEqualTo(1);
    assertThat(status(local, "b").counts().dropped()).isZero();
  }

  @Test
  void whoIsSilentIsPingedAndThenLeft() throws IOException {
    open("keepalive = 0, tcp.recvtimeo = 600ms");
    DataInputStream in = accept();
    assertThat(packet(in)).isEqualTo(0xc0);
    awaitError("nothing came for 600 ms (tcp.recvtimeo)");
    assertThat(status(local, "b").lastError()).contains("600 ms");
  }

  @Test
  void whoReadsNothingIsLeft() throws IOException {
    open("keepalive = 0, tcp.sendtimeo = 300ms");
    accept();
    TestBroker.soon().until(() -> status(local, "b").downSeconds() == 0);
    byte[] large = new byte[500_000];
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      for (int i = 0; i < 40; i++) {
        publisher.publish("n", 0, 0, large);
      }
      awaitError("nothing was taken for 300 ms (tcp.sendtimeo)");
    }
    assertThat(status(local, "b").lastError()).contains("tcp.sendtimeo");
  }

  /** The back-off is not begun anew by a CONNACK alone. */
  @Test
  void whoLetsInAndClosesIsAskedLaterAndLater() throws IOException {
    open("backoff_min = 100ms, backoff_max = 60s");
    accept();
    long from = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      peer.close();
      accept();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
    // 100 to 100, 100 to 200, 200 to 400, and 400 to 800 ms.
    assertThat(millis).isGreaterThanOrEqualTo(800);
  }
}
