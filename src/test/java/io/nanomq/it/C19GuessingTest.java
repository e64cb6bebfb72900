package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.MqttConf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passwords are not to be guessed at the speed of the network, and nobody is locked out by it. */
@Timeout(120)
class C19GuessingTest {
  private static final int SERVER_UNAVAILABLE = 3;
  private static final int NOT_AUTHORIZED = 5;

  private static TestBroker broker() {
    TestBroker broker = TestBroker.start(MqttConf.defaults());
    AuthConf d = NanomqConf.defaults().auth();
    AuthConf auth =
        Copy.of(
            NanomqConf.defaults().auth(), "allowAnonymous", false, "users", Map.of("ann", "right"));
    broker.apply(conf -> Copy.of(conf, "auth", auth));
    return broker;
  }

  /** CONNACK's return code for somebody who comes from that address. */
  private static int answer(
      TestBroker broker, String from, String clientId, String user, String password) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
      socket.connect(new InetSocketAddress(TestBroker.HOST, broker.port()));
      try (RawClient client = new RawClient(socket, 4)) {
        return client.connect(clientId, user, password).receive(2).at(1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void afterTwentyWrongPasswordsAnAddressIsRefusedForThatUserAndNobodyElseIs() {
    try (TestBroker broker = broker()) {
      assertThat(answer(broker, "127.0.0.1", "meter", "ann", "right")).isZero();
      for (int i = 0; i < 20; i++) {
        assertThat(answer(broker, "127.0.0.1", "guess", "ann", "wrong" + i))
            .isEqualTo(NOT_AUTHORIZED);
      }
      assertThat(answer(broker, "127.0.0.1", "guess", "ann", "right"))
          .as("even the right one would tell")
          .isEqualTo(SERVER_UNAVAILABLE);
      assertThat(answer(broker, "127.0.0.2", "phone", "ann", "right")).isZero();
      assertThat(answer(broker, "127.0.0.1", "meter", "ann", "right"))
          .as("it got in before")
          .isZero();
      assertThat(answer(broker, "127.0.0.1", "guess", "bob", "wrong")).isEqualTo(NOT_AUTHORIZED);
    }
  }
}
