package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.nanomq.config.Confs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Enhanced authentication, MQTT 5.0 section 4.12: SCRAM-SHA-256. */
@Timeout(120)
class C23EnhancedAuthTest {
  private static final String METHOD = "SCRAM-SHA-256";
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  /** Of the password "pencil". */
  private static final String KEYS =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
          + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  private static final int CONNACK = 2;
  private static final int DISCONNECT = 14;
  private static final int AUTH = 15;

  private final TestBroker broker = TestBroker.start();

  @BeforeEach
  void addUsers() throws Exception {
    broker.reconfigure(
        Confs.load(
                "allow_anonymous=false\nauth.1.login=ann\nauth.1.password=one\n"
                    + "auth.2.login=keys\nauth.2.password="
                    + KEYS
                    + "\nauth.3.login=bcrypt\nauth.3.password="
                    + BCRYPT
                    + "\nauth.4.login=a,b=c\nauth.4.password=four\n")
            .conf());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Mqtt5BlockingClient hive(ScramClient scram) {
    return Hive.builder(broker, "scram").enhancedAuth(scram).buildBlocking();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"ann|one", "keys|pencil", "a,b=c|four"})
  void whoKnowsThePasswordGetsInWithoutSayingIt(String user, String password) {
    Mqtt5BlockingClient client = hive(new ScramClient(user, password));
    client.connect();
    var identity = broker.broker().sessions().find("scram").identity();
    assertThat(identity.user()).isEqualTo(user);
    assertThat(identity.isProven()).isTrue();
    client.toAsync().reauth().join();
    assertThat(broker.broker().sessions().find("scram").isOnline()).isTrue();
    client.disconnect();
  }

  @ParameterizedTest
  @CsvSource({"ann, two", "ann, ''", "keys, one", "nobody, one", "bcrypt, U*U"})
  void whoDoesNotKnowItIsRefused(String user, String password) {
    String any = password.isEmpty() ? " " : password;
    Mqtt5BlockingClient client = hive(new ScramClient(user, any));
    Mqtt5ConnAckException refused =
        catchThrowableOfType(Mqtt5ConnAckException.class, client::connect);
    assertThat(refused.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  private static byte[] method(String name, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x15, 0, (byte) name.length()});
    out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[] {0x16, (byte) (data.length >> 8), (byte) data.length});
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static RawClient auth(RawClient client, int reason, String method, byte[] data) {
    byte[] properties = method(method, data);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(reason);
    body.write(properties.length);
    body.writeBytes(properties);
    return client.packet(0xF0, body.toByteArray());
  }

  /** The data of an AUTH of the broker. */
  private static byte[] data(RawPacket auth) {
    byte[] body = auth.body();
    int at = 1 + 1 + 3 + METHOD.length();
    assertThat(body[at]).isEqualTo((byte) 0x16);
    return Arrays.copyOfRange(body, at + 3, body.length);
  }

  private RawClient connect(ScramClient scram) {
    return broker.raw(5).connect("raw", true, 0, method(METHOD, scram.begin()));
  }

  private RawClient connected(ScramClient scram) {
    RawClient client = connect(scram);
    RawPacket challenge = client.receive(AUTH);
    assertThat(challenge.at(0)).isEqualTo(0x18);
    auth(client, 0x18, METHOD, scram.prove(data(challenge)));
    assertThat(client.receive(CONNACK).at(1)).isZero();
    return client;
  }

  @Test
  void beforeItIsAnsweredNothingElseMayCome() {
    try (RawClient client = connect(new ScramClient("ann", "one"))) {
      client.receive(AUTH);
      client.send(0xC0, 0);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    try (RawClient client = connect(new ScramClient("ann", "one"))) {
      client.receive(AUTH);
      auth(client, 0x18, "OTHER", new byte[1]);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    try (RawClient client = connect(new ScramClient("ann", "one"))) {
      client.receive(AUTH);
    }
    broker.awaitConnections(0);
    assertThat(broker.broker().sessions().size()).isZero();
  }

  /** Recorded answers are worth nothing: each challenge is another one. */
  @Test
  void anAnswerServesOnce() {
    ScramClient scram = new ScramClient("ann", "one");
    byte[] proof;
    try (RawClient client = connect(scram)) {
      proof = scram.prove(data(client.receive(AUTH)));
      auth(client, 0x18, METHOD, proof);
      assertThat(client.receive(CONNACK).at(1)).isZero();
    }
    try (RawClient client = connect(scram)) {
      client.receive(AUTH);
      auth(client, 0x18, METHOD, proof);
      assertThat(client.receive(CONNACK).at(1)).isEqualTo(0x86);
    }
  }

  @Test
  void whoFailsToShowItAnewHasToGo() {
    ScramClient scram = new ScramClient("ann", "one");
    try (RawClient client = connected(scram)) {
      auth(client, 0x19, METHOD, scram.begin());
      byte[] challenge = data(client.receive(AUTH));
      client.assertNothingMore();
      auth(client, 0x18, METHOD, new byte[] {1});
      assertThat(challenge).isNotEmpty();
      assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(0x86);
    }
  }

  @Test
  void nobodyBecomesSomebodyElseOnTheWay() {
    try (RawClient client = connected(new ScramClient("ann", "one"))) {
      ScramClient other = new ScramClient("keys", "pencil");
      auth(client, 0x19, METHOD, other.begin());
      auth(client, 0x18, METHOD, other.prove(data(client.receive(AUTH))));
      assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(0x87);
    }
  }

  @Test
  void anotherMethodIsRefused() {
    try (RawClient client = broker.raw(5)) {
      client.connect("raw", true, 0, method("GSS", new byte[1]));
      assertThat(client.receive(CONNACK).at(1)).isEqualTo(0x8C);
    }
    try (RawClient client = connected(new ScramClient("ann", "one"))) {
      auth(client, 0x19, "GSS", new byte[1]);
      assertThat(client.receive(DISCONNECT).at(0)).isEqualTo(0x8C);
    }
  }

  /** Known and unknown users are asked alike, whenever they come. */
  @Test
  void theChallengeDoesNotTellWhoIsAUser() {
    for (String user : new String[] {"ann", "nobody", "bcrypt"}) {
      String before = null;
      for (int i = 0; i < 2; i++) {
        try (RawClient client = connect(new ScramClient(user, "x"))) {
          String challenge = new String(data(client.receive(AUTH)), StandardCharsets.UTF_8);
          String salt = challenge.substring(challenge.indexOf(",s="));
          assertThat(salt).endsWith(",i=4096").hasSize(3 + 24 + 7);
          assertThat(before == null || before.equals(salt)).isTrue();
          before = salt;
        }
      }
    }
  }
}
