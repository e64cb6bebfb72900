package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.FreePort;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenersTest {
  private final TestBroker broker = TestBroker.start();
  private final Listeners listeners = broker.broker().listeners();

  @AfterEach
  void stop() {
    broker.close();
  }

  private static ListenerConf tcp(String name, int port) {
    return Confs.listener(name, Transport.TCP, TestBroker.HOST, port, "");
  }

  private void apply(ListenerConf... wanted) {
    ListenersMove move = listeners.move(List.of(wanted));
    try {
      move.open().toCompletableFuture().join();
    } catch (CompletionException e) {
      move.undo().toCompletableFuture().join();
      throw e;
    }
    move.commit().toCompletableFuture().join();
  }

  private RawClient connected(String listener, String id) {
    return broker.raw(listener, 5).connected(id, true);
  }

  @Test
  void whatIsTheSameIsNotTouchedAndWhatIsNotIsClosedAndOpened() {
    ListenerConf stays = tcp("stays", FreePort.find());
    ListenerConf goes = tcp("goes", FreePort.find());
    apply(stays, goes);
    assertThat(listeners.ports()).containsExactlyInAnyOrder(stays.port(), goes.port());
    try (RawClient kept = connected("stays", "kept");
        RawClient closed = connected("goes", "closed")) {
      ListenerConf moved = tcp("goes", FreePort.find());
      apply(stays, moved);
      assertThat(closed.receive(14).at(0)).as("server shutting down").isEqualTo(0x8B);
      assertThat(closed.isClosedByBroker()).isTrue();
      kept.assertNothingMore();
      assertThat(listeners.port("goes")).isEqualTo(moved.port());
      try (RawClient newcomer = connected("goes", "newcomer")) {
        newcomer.assertNothingMore();
      }
    }
  }

  @Test
  void twoListenersMayChangePlaces() {
    int one = FreePort.find();
    int two = FreePort.find();
    apply(tcp("a", one), tcp("b", two));
    apply(tcp("a", two), tcp("b", one));
    assertThat(listeners.port("a")).isEqualTo(two);
    assertThat(listeners.port("b")).isEqualTo(one);
  }

  /** Names are places in a list where nobody gave any. */
  @Test
  void whatOnlyChangesItsNameKeepsItsClients() {
    int one = FreePort.find();
    int two = FreePort.find();
    apply(tcp("tcp", one), tcp("tcp.2", two));
    try (RawClient client = connected("tcp.2", "stays")) {
      apply(tcp("tcp", two));
      assertThat(listeners.port("tcp")).isEqualTo(two);
      apply(tcp("tcp", FreePort.find()), tcp("tcp.2", two));
      assertThat(listeners.port("tcp.2")).isEqualTo(two);
      apply(tcp("tcp", two), tcp("tcp.2", one));
      assertThat(listeners.ports()).containsExactlyInAnyOrder(one, two);
      client.assertNothingMore();
      apply(tcp("tcp", one));
      assertThat(client.receive(14).at(0)).isEqualTo(0x8B);
    }
  }

  @Test
  void whereOneCannotBeOpenedAllIsAsItWasAndNobodyIsDisconnected() throws IOException {
    ListenerConf before = tcp("before", FreePort.find());
    apply(before);
    try (RawClient client = connected("before", "client");
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(TestBroker.HOST))) {
      assertThatThrownBy(
              () -> apply(tcp("new", FreePort.find()), tcp("taken", taken.getLocalPort())))
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("taken")
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
      assertThat(listeners.ports()).containsExactly(before.port());
      client.assertNothingMore();
      try (RawClient newcomer = connected("before", "newcomer")) {
        newcomer.assertNothingMore();
      }
    }
  }

  @Test
  void aCertificateThatIsNoneOpensNothing() {
    ListenerConf before = tcp("before", FreePort.find());
    apply(before);
    TlsConf nothing = new TlsConf("/no/such.key", "/no/such.pem", "", "", false, false);
    var tls =
        Confs.listener("secure", Transport.TLS, TestBroker.HOST, FreePort.find(), "", nothing);
    assertThatThrownBy(() -> apply(tls)).hasMessageContaining("secure");
    assertThat(listeners.ports()).containsExactly(before.port());
    assertThatThrownBy(() -> listeners.port("secure")).isInstanceOf(IllegalArgumentException.class);
  }
}
