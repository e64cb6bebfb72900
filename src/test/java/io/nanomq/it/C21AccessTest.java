package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.PacketType;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.model.AclConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.metrics.AccessReason;
import io.nanomq.metrics.CounterSnapshot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may publish and subscribe what, as clients see it. */
@Timeout(60)
class C21AccessTest {
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);
  private static final int NOT_AUTHORIZED = 0x87;
  private static final String SECRET = "{permit = deny, topics = [\"secret/#\"]}";

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void stop() {
    broker.close();
  }

  private void rules(String auth) {
    rules(broker, auth);
  }

  /** Puts the rules of a section {@code auth} in force. */
  static void rules(TestBroker broker, String auth) {
    try {
      AclConf acl = Confs.load("auth { " + auth + " }\n").conf().auth().acl();
      broker.apply(conf -> Copy.of(conf, "auth.acl", acl));
    } catch (ConfException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void aDeniedPublishIsAcknowledgedAndDropped(int version) {
    rules("acl.rules = [" + SECRET + "]");
    try (RawClient reader = broker.raw(version).connected("reader", true);
        RawClient writer = broker.raw(version).connected("writer", true)) {
      assertThat(reader.subscribe(1, "public/#", 1).receive(PacketType.SUBACK).at(2)).isNotNull();
      writer.publish("secret/a", 1, 1, HI);
      RawPacket ack = writer.receive(PacketType.PUBACK);
      assertThat(ack.packetId()).isEqualTo(1);
      assertThat(ack.body().length).isEqualTo(version == 5 ? 3 : 2);
      if (version == 5) {
        assertThat(ack.at(2)).isEqualTo(NOT_AUTHORIZED);
      }
      writer.publish("secret/a", 2, 2, HI);
      RawPacket received = writer.receive(PacketType.PUBREC);
      assertThat(received.packetId()).isEqualTo(2);
      if (version == 5) {
        assertThat(received.at(2)).isEqualTo(NOT_AUTHORIZED);
      }
      writer.publish("secret/a", 0, 0, HI).publish("public/a", 0, 0, HI);
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("public/a");
    }
    assertThat(counters().denied(AccessReason.RULE)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"4, PUBLISH", "5, PUBLISH", "4, SUBSCRIBE", "5, SUBSCRIBE"})
  void whoDoesWhatIsDeniedIsDisconnectedWhereThatIsConfigured(int version, String action) {
    rules("deny_action = disconnect, acl.rules = [" + SECRET + "]");
    try (RawClient client = broker.raw(version).connected("c", true)) {
      if (action.equals("PUBLISH")) {
        client.publish("secret/a", 1, 1, HI);
      } else {
        client.subscribe(1, "secret/#", 0);
      }
      if (version == 5) {
        assertThat(client.receive(PacketType.DISCONNECT).at(0)).isEqualTo(NOT_AUTHORIZED);
      }
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 0x80", "5, 0x87"})
  void aDeniedFilterIsAnsweredSo(int version, String code) {
    rules("acl.rules = [" + SECRET + "]");
    int denied = Integer.decode(code);
    try (RawClient client = broker.raw(version).connected("c", true)) {
      for (String filter :
          new String[] {"secret/a", "secret/#", "#", "+/a", "$share/g/secret/a", "$share/g/#"}) {
        assertThat(answer(client, version, filter)).as(filter).isEqualTo(denied);
      }
      for (String filter : new String[] {"public/#", "$share/g/public/+", "+", "$SYS/#"}) {
        boolean isAllowed = !filter.equals("+");
        int answer = answer(client, version, filter);
        assertThat(answer).as(filter).isEqualTo(isAllowed ? 0 : denied);
      }
    }
  }

  private static int answer(RawClient client, int version, String filter) {
    RawPacket ack = client.subscribe(7, filter, 0).receive(PacketType.SUBACK);
    return ack.at(version == 5 ? 3 : 2);
  }

  /** A rule that names the filter lets it be subscribed; what is denied of it is held back. */
  @Test
  void ofAFilterThatIsNamedTheRestIsDelivered() {
    rules(
        "acl.rules = ["
            + SECRET.replace("topics", "action = subscribe, topics")
            + ", {permit = allow, topics = [\"#\"]}]");
    try (RawClient writer = broker.raw(5).connected("writer", true);
        RawClient reader = broker.raw(5).connected("reader", true);
        RawClient member = broker.raw(5).connected("member", true)) {
      retain(writer, "secret/old");
      retain(writer, "public/old");
      assertThat(answer(member, 5, "$share/g/#")).isZero();
      assertThat(answer(reader, 5, "#")).isZero();
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("public/old");
      writer.publish("secret/new", 0, 0, HI).publish("public/new", 0, 0, HI);
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("public/new");
      assertThat(member.receive(PacketType.PUBLISH).topic()).isEqualTo("public/new");
    }
  }

  private static void retain(RawClient client, String topic) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0);
    body.write(topic.length());
    body.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(new byte[] {0, 9, 0});
    body.writeBytes(HI);
    client.packet(0x33, body.toByteArray());
    assertThat(client.receive(PacketType.PUBACK).packetId()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({"4, 5", "5, 0x87"})
  void aWillThatIsDeniedIsRefused(int version, String code) {
    rules("acl.rules = [" + SECRET + "]");
    byte[] none = new byte[0];
    try (RawClient client = broker.raw(version)) {
      client.connect("c", true, none, new RawClient.Will("secret/will", "x"));
      assertThat(client.receive(PacketType.CONNACK).at(1)).isEqualTo(Integer.decode(code));
      assertThat(client.isClosedByBroker()).isTrue();
    }
    try (RawClient client = broker.raw(version)) {
      client.connect("c", true, none, new RawClient.Will("public/will", "x"));
      assertThat(client.receive(PacketType.CONNACK).at(1)).isZero();
    }
  }

  @Test
  void aWillIsJudgedAgainWhenItIsPublished() {
    try (RawClient reader = broker.raw(4).connected("reader", true);
        RawClient client = broker.raw(4)) {
      reader.subscribe(1, "#", 0).receive(PacketType.SUBACK);
      client.connect("c", true, new byte[0], new RawClient.Will("secret/will", "x"));
      client.receive(PacketType.CONNACK);
      rules("acl.rules = [" + SECRET.replace("topics", "action = publish, topics") + "]");
      client.reset();
      TestBroker.soon().until(() -> counters().denied(AccessReason.RULE) == 1);
      reader.assertNothingMore();
    }
  }

  @Test
  void whatBelongsToAClientIsNamedByItsPlaceholders() {
    rules(
        "no_match = deny, acl.rules = [{permit = allow, topics = [\"own/${clientid}/#\"]},"
            + " {permit = allow, action = subscribe, topics = [\"for/%u\"]}]");
    try (RawClient joe = broker.raw(5).connect("c1", "joe", "x");
        RawClient evil = broker.raw(5).connect("#", "+", "x")) {
      joe.receive(PacketType.CONNACK);
      evil.receive(PacketType.CONNACK);
      assertThat(answer(joe, 5, "own/c1/#")).isZero();
      assertThat(answer(joe, 5, "for/joe")).isZero();
      assertThat(answer(joe, 5, "own/c2/#")).isEqualTo(NOT_AUTHORIZED);
      assertThat(answer(joe, 5, "own/+/x")).isEqualTo(NOT_AUTHORIZED);
      for (String filter : new String[] {"own/#", "own/#/#", "own/+/#", "for/+", "for/joe", "#"}) {
        assertThat(answer(evil, 5, filter)).as(filter).isGreaterThanOrEqualTo(0x80);
      }
      evil.publish("own/c1/x", 1, 3, HI);
      assertThat(evil.receive(PacketType.PUBACK).at(2)).isEqualTo(NOT_AUTHORIZED);
      joe.publish("own/c1/x", 1, 3, HI);
      assertThat(joe.receive(PacketType.PUBLISH).topic()).isEqualTo("own/c1/x");
    }
  }

  @Test
  void oldRulesInJsonCountAsWell() throws Exception {
    String text =
        "acl.rule.1={\"permit\":\"deny\",\"ipaddr\":\"127.0.0.0/8\",\"topics\":[\"a\"]}\n";
    AclConf acl = Confs.load(text).conf().auth().acl();
    broker.apply(conf -> Copy.of(conf, "auth.acl", acl));
    try (RawClient client = broker.raw(5).connected("c", true)) {
      assertThat(answer(client, 5, "a")).isEqualTo(NOT_AUTHORIZED);
      assertThat(answer(client, 5, "b")).isZero();
    }
  }

  @Test
  void aListenerMayHaveRulesOfItsOwn() throws Exception {
    String text =
        "acl.rule.1={\"permit\":\"deny\",\"topics\":[\"a\"]}\n"
            + "acl_set.web.rule.1={\"permit\":\"deny\",\"topics\":[\"b\"]}\n"
            + "websocket.auth.acl=web\n";
    AclConf acl = Confs.load(text).conf().auth().acl();
    broker.apply(conf -> Copy.of(conf, "auth.acl", acl));
    try (RawClient client = broker.raw(5).connected("c", true);
        RawClient web = broker.rawWebSocket(5).connected("w", true)) {
      assertThat(answer(client, 5, "a")).isEqualTo(NOT_AUTHORIZED);
      assertThat(answer(client, 5, "b")).isZero();
      assertThat(answer(web, 5, "a")).isZero();
      assertThat(answer(web, 5, "b")).isEqualTo(NOT_AUTHORIZED);
    }
  }

  private CounterSnapshot counters() {
    return broker.broker().counters().toCompletableFuture().join();
  }
}
