package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.codec.PacketType;
import io.nanomq.config.Confs;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many who wait for a web server are in nobody's way. Only the order of what happens is looked
 * at: everything that others do is over before the first of those is answered.
 */
@Timeout(120)
class C21WaitingLoginsTest {
  private static final int WAITING = 300;
  private static final int OUTSTANDING = 8;
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);

  private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();

  private void holdsAll(HttpServerRequest request, String body) {
    held.add(request);
  }

  private static String conf(WebPeer peer) {
    return "allow_anonymous=false\nauth.1.login=ann\nauth.1.password=one\nconnect_timeout=100\n"
        + "auth.http.enable=true\nauth.http.timeout=100\nauth.http.pool_size="
        + OUTSTANDING
        + "\nauth.http.auth_req.params=username=%u\nauth.http.auth_req.url="
        + peer.url("/auth")
        + "\n";
  }

  private static RawClient ann(TestBroker broker, String clientId) {
    RawClient client = broker.raw(4).connect(clientId, "ann", "one");
    assertThat(client.isAccepted()).isTrue();
    return client;
  }

  @Test
  void whoPublishesDoesNotWaitForThem() throws Exception {
    List<RawClient> waiting = new ArrayList<>();
    try (WebPeer peer = new WebPeer(this::holdsAll);
        TestBroker broker = TestBroker.start()) {
      broker.reconfigure(Confs.load(conf(peer)).conf());
      try (RawClient reader = ann(broker, "reader");
          RawClient writer = ann(broker, "writer")) {
        reader.subscribe(1, "t", 0).receive(PacketType.SUBACK);
        for (int i = 0; i < WAITING; i++) {
          waiting.add(broker.raw(4).connect("c" + i, "user" + i, "x"));
          publishAndRead(writer, reader, i + 1);
        }
        TestBroker.soon().until(() -> held.size() == OUTSTANDING);
        // Who comes behind them all is let in at once, too.
        ann(broker, "late").close();
        publishAndRead(writer, reader, WAITING + 1);
        assertThat(held).as("none was answered by then").hasSize(OUTSTANDING);
        assertThat(waiting).noneMatch(C21WaitingLoginsTest::isAnswered);
        letIn(peer, waiting);
        publishAndRead(writer, reader, WAITING + 2);
      } finally {
        waiting.forEach(RawClient::close);
      }
    }
  }

  private static void publishAndRead(RawClient writer, RawClient reader, int packetId) {
    writer.publish("t", 1, packetId, HI);
    assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("t");
    assertThat(writer.receive(PacketType.PUBACK).packetId()).isEqualTo(packetId);
  }

  private static boolean isAnswered(RawClient client) {
    try {
      return client.socket().getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each of them, once they are answered. */
  private void letIn(WebPeer peer, List<RawClient> waiting) {
    peer.does(WebPeer.says(200));
    held.forEach(request -> request.response().setStatusCode(200).end());
    waiting.forEach(client -> assertThat(client.isAccepted()).isTrue());
    assertThat(peer.asked()).hasSize(WAITING);
    assertThat(peer.mostOpen()).isLessThanOrEqualTo(OUTSTANDING);
  }
}
