package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.config.Confs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and passwords that are hardly any let nobody in, and are told to nobody as others. */
@Timeout(60)
class C21OddCredentialsTest {
  private static final int CONNACK = 2;
  private static final int WRONG = 0x86;

  private final TestBroker broker = TestBroker.start();

  @BeforeEach
  void addUsers() throws Exception {
    broker.reconfigure(
        Confs.load(
                """
                auth {
                  allow_anonymous = false
                  password = { ann = "one", bob = "" }
                }
                """)
            .conf());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  /** CONNECT of MQTT 5; null = without that field. */
  private RawClient connect(String user, byte[] password) {
    var body = new ByteArrayOutputStream();
    int flags = 2 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
    body.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 5, (byte) flags, 0, 0, 0, 0, 1, 'c'});
    if (user != null) {
      field(body, user.getBytes(StandardCharsets.UTF_8));
    }
    if (password != null) {
      field(body, password);
    }
    return broker.raw(5).packet(0x10, body.toByteArray());
  }

  private static void field(ByteArrayOutputStream to, byte[] bytes) {
    to.write(bytes.length >> 8);
    to.write(bytes.length);
    to.writeBytes(bytes);
  }

  private int code(String user, String password) {
    byte[] bytes = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    try (RawClient client = connect(user, bytes)) {
      return client.receive(CONNACK).at(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none, none", "none, one", "none, ''", "'', none", "'', ''", "ann, none", "ann, ''",
        "bob, none", "bob, ''", "ANN, one", "'ann ', one", "ann, 'one '", "#, ''", "+, one"
      })
  void letNobodyIn(String user, String password) {
    assertThat(code(user, password)).isEqualTo(WRONG);
    assertThat(code("ann", "one")).isZero();
  }

  @Test
  void bytesThatAreNoTextAreNoPassword() {
    try (RawClient client = connect("ann", new byte[] {'o', 'n', 'e', 0})) {
      assertThat(client.receive(CONNACK).at(1)).isEqualTo(WRONG);
    }
    try (RawClient client = connect("ann", new byte[0xFFFF])) {
      assertThat(client.receive(CONNACK).at(1)).isEqualTo(WRONG);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann\0", "\0"})
  void aNameWithANulIsNone(String user) {
    try (RawClient client = connect(user, "one".getBytes(StandardCharsets.UTF_8))) {
      assertThat(client.receive(CONNACK).at(1)).isEqualTo(0x81);
    }
  }

  /** Whatever a client calls itself stays in its parameter. */
  @Test
  void aWebServerIsAskedForNobodyElse() throws Exception {
    try (WebPeer peer = new WebPeer(WebPeer.says(403))) {
      String text =
          "allow_anonymous=false\nauth.http.enable=true\nauth.http.auth_req.url="
              + peer.url("/auth")
              + "\nauth.http.auth_req.method=get\nauth.http.auth_req.params=u=%u,p=%P\n";
      broker.reconfigure(Confs.load(text).conf());
      assertThat(code("a&u=admin#%50?\r\nX-Admin: 1", "%u&p=x")).isEqualTo(0x87);
      assertThat(peer.asked())
          .containsExactly(
              "GET /auth?u=a%26u%3Dadmin%23%2550%3F%0D%0AX-Admin%3A%201&p=%25u%26p%3Dx ");
    }
  }
}
