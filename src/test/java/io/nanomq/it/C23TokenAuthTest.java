package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens (JWT) as the data of the authentication method JWT, shown anew by AUTH. */
@Timeout(120)
class C23TokenAuthTest {
  private static final String METHOD = "JWT";
  private static final TokenIssuer RSA = TokenIssuer.rsa("one");
  private static final int CONNACK = 2;
  private static final int DISCONNECT = 14;
  private static final int AUTH = 15;

  @TempDir Path folder;
  private final TestBroker broker = TestBroker.start();

  @BeforeEach
  void trust() throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), RSA.pem());
    String text = "allow_anonymous=false\nauth.jwt.clock_skew=0\nauth.jwt.keyfile=" + file + "\n";
    broker.reconfigure(Confs.load(text).conf());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private static String token(String user, Duration lasts, Map<String, Object> more) {
    Map<String, Object> claims = TokenIssuer.claims(user, lasts);
    claims.putAll(more);
    return RSA.token(claims);
  }

  private static String token(String user) {
    return token(user, Duration.ofHours(1), Map.of());
  }

  /** Authentication Method and, where there is one, Authentication Data; with their length. */
  private static byte[] properties(String data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x15, 0, (byte) METHOD.length()});
    out.writeBytes(METHOD.getBytes(StandardCharsets.UTF_8));
    if (!data.isEmpty()) {
      out.writeBytes(new byte[] {0x16, (byte) (data.length() >> 8), (byte) data.length()});
      out.writeBytes(data.getBytes(StandardCharsets.UTF_8));
    }
    int length = out.size();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(length < 128 ? length : length & 127 | 128);
    if (length >= 128) {
      all.write(length >> 7);
    }
    all.writeBytes(out.toByteArray());
    return all.toByteArray();
  }

  private RawClient connect(String data) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0});
    body.writeBytes(properties(data));
    body.writeBytes(new byte[] {0, 1, 'c'});
    return broker.raw(5).packet(0x10, body.toByteArray());
  }

  private static RawClient again(RawClient client, String data) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0x19);
    body.writeBytes(properties(data));
    return client.packet(0xF0, body.toByteArray());
  }

  @Test
  void aTokenIsShownAndShownAnew() {
    try (RawClient client = connect(token("ann", Duration.ofSeconds(60), Map.of()))) {
      assertThat(client.receive(CONNACK).at(1)).isZero();
      assertThat(broker.broker().sessions().find("c").identity().user()).isEqualTo("ann");
      assertThat(again(client, token("ann")).receive(AUTH).at(0)).isZero();
      long until = broker.broker().sessions().find("c").identity().untilMillis();
      assertThat(until).isGreaterThan(System.currentTimeMillis() + 600_000);
      client.assertNothingMore();
    }
  }

  /** A client that people use; it cannot answer AUTH before CONNACK, which SCRAM would need. */
  @Test
  void paho() throws Exception {
    String uri = "tcp://" + TestBroker.HOST + ":" + broker.port();
    var options = new MqttConnectionOptions();
    options.setAuthMethod(METHOD);
    options.setAuthData(token("ann").getBytes(StandardCharsets.UTF_8));
    var client = new MqttClient(uri, "c", null);
    client.connect(options);
    assertThat(broker.broker().sessions().find("c").identity().user()).isEqualTo("ann");
    client.disconnect();
    options.setAuthData("nonsense".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> client.connect(options))
        .isInstanceOfSatisfying(
            MqttException.class, refused -> assertThat(refused.getReasonCode()).isEqualTo(0x86));
    client.close();
  }

  /** What it may do is what the newer token says. */
  @Test
  void rulesOfTheNewerTokenCount() {
    var narrow = Map.<String, Object>of("acl", Map.of("pub", java.util.List.of("a")));
    try (RawClient client = connect(token("ann"))) {
      assertThat(client.receive(CONNACK).at(1)).isZero();
      client.publish("b", 1, 1, new byte[1]);
      assertThat(client.receive(4).body()).as("no reason to refuse it").hasSizeLessThan(4);
      again(client, token("ann", Duration.ofHours(1), narrow)).receive(AUTH);
      client.publish("b", 1, 2, new byte[1]);
      assertThat(client.receive(4).at(2)).isEqualTo(0x87);
      assertThat(client.subscribe(3, "a", 0).receive(9).at(3)).isEqualTo(0x87);
    }
  }

  @Test
  void whatIsWrongLetsNobodyIn() {
    String right = token("ann");
    String[] wrong = {
      "",
      "nonsense",
      right.substring(0, right.length() - 4) + "AAAA",
      RSA.confused(Map.of()),
      token("ann", Duration.ofSeconds(-9), Map.of())
    };
    for (String data : wrong) {
      try (RawClient client = connect(data)) {
        assertThat(client.receive(CONNACK).at(1)).as(data).isEqualTo(0x86);
      }
    }
  }

  @Test
  void whoShowsAWrongOneOrAnotherUsersHasToGo() {
    for (String data : new String[] {"nonsense", token("bob")}) {
      try (RawClient client = connect(token("ann"))) {
        client.receive(CONNACK);
        int expected = data.equals("nonsense") ? 0x86 : 0x87;
        assertThat(again(client, data).receive(DISCONNECT).at(0)).isEqualTo(expected);
      }
    }
  }

  /** The method is for who names it in CONNECT. */
  @Test
  void whoHasNamedNoMethodShowsNothingAnew() {
    try (RawClient client = broker.raw(5)) {
      client.connect("c", "u", token("ann")).receive(CONNACK);
      assertThat(again(client, token("ann")).receive(DISCONNECT).at(0)).isEqualTo(0x82);
    }
  }
}
