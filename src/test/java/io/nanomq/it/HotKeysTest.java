package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.Effect;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.setting.ConfException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every key of effect "hot" that is in effect: a broker that runs does what it says from then on.
 */
@Timeout(120)
class HotKeysTest {
  private static final byte[] TWO_KIB = new byte[2 * 1024];
  private static final int BRIEF_MILLIS = 1_300;
  private static final int LONG_MILLIS = 30_000;

  private static int patienceMillis;

  /** Whether the broker does what the key says, to be asked before it is set and after. */
  private interface Probe {
    boolean isInForce(TestBroker broker);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        row("mqtt.max_packet_size", "max_packet_size=1", b -> isCut(b, 4, TWO_KIB)),
        row("mqtt.client_max_packet_size", "client_max_packet_size=1", HotKeysTest::dropsLarge),
        row("mqtt.property_size", "property_size=1", HotKeysTest::refusesLargeProperty),
        row("mqtt.max_mqueue_len", "msq_len=2", b -> queued(b, 1) == 2),
        row("mqtt.max_mqueue_size", "msq_size=5", b -> queued(b, 2048) == 3),
        row("mqtt.keepalive_multiplier", "keepalive_multiplier=0.5", b -> closes(b, 2)),
        row("mqtt.max_keepalive", "max_keepalive=7", b -> connack(b).contains("13 0007")),
        row("mqtt.max_inflight_window", "max_inflight_window=2", b -> inFlight(b) == 2),
        row("mqtt.receive_maximum", "receive_maximum=3", b -> connack(b).contains("21 0003")),
        row("mqtt.max_topic_alias", "max_topic_alias=5", b -> connack(b).contains("22 0005")),
        row("mqtt.max_topic_levels", "max_topic_levels=2", b -> isCut(b, 4, new byte[1])),
        row("mqtt.max_clientid_len", "max_clientid_len=9", HotKeysTest::refusesLongName),
        row(
            "mqtt.assigned_clientid_prefix",
            "assigned_clientid_prefix=pod-7.",
            b -> assigned(b).startsWith("pod-7.")),
        row(
            "mqtt.max_filters_per_packet",
            "max_filters_per_packet=1",
            b -> subscribed(b, true) < 2),
        row(
            "mqtt.max_filters_per_client",
            "max_filters_per_client=1",
            b -> subscribed(b, false) < 2),
        row(
            "mqtt.max_session_expiry_interval",
            "max_session_expiry_interval=5",
            b -> connack(b).contains("11 00000005")),
        row("mqtt.max_retained_messages", "max_retained_messages=1", HotKeysTest::refusesRetained),
        row("mqtt.max_connections", "max_connections=1", HotKeysTest::refusesTheSecond),
        row("mqtt.max_sessions_per_user", "max_sessions_per_user=1", HotKeysTest::refusesTheSecond),
        row(
            "mqtt.max_subscriptions_per_user",
            "max_subscriptions_per_user=1",
            b -> subscribed(b, false) < 2),
        row("mqtt.connect_timeout", "connect_timeout=1", b -> closes(b, 0)),
        row("mqtt.wildcard_subscription", "wildcard_subscription=off", b -> isOff(b, "28")),
        row("mqtt.subscription_identifiers", "subscription_identifiers=off", b -> isOff(b, "29")),
        row("mqtt.shared_subscription", "shared_subscription=off", b -> isOff(b, "2A")),
        row("mqtt.retain_available", "retain_available=off", b -> isOff(b, "25")),
        row("mqtt.max_qos_allowed", "max_qos_allowed=1", b -> connack(b).contains("24 01")),
        row("mqtt.message_per_filter", "message_per_filter=true", b -> copies(b) == 2),
        row("auth.allow_anonymous", "allow_anonymous=false", b -> login(b, "", "") != 0),
        row(
            "auth.<n>.login",
            "allow_anonymous=false\nauth.1.login=joe\nauth.1.password=s",
            b -> login(b, "joe", "s") == 0 && login(b, "joe", "t") != 0),
        row(
            "auth.<n>.password",
            "allow_anonymous=false\nauth.1.login=a\nauth.1.password=s",
            b -> login(b, "a", "s") == 0 && login(b, "a", "t") != 0),
        row(
            "auth.password.<name>",
            "auth { allow_anonymous = false, password { joe = s } }",
            b -> login(b, "joe", "s") == 0 && login(b, "joe", "t") != 0),
        row(
            "auth.links",
            "auth { links = [users], password { joe = s } }",
            b -> login(b, "joe", "s") == 0 && login(b, "joe", "t") != 0),
        row(
            "listeners.tcp.auth.links",
            "tcp.auth.links=users\nauth.1.login=a\nauth.1.password=s",
            b -> login(b, "a", "s") == 0 && login(b, "a", "t") != 0),
        row(
            "listeners.tcp.auth.allow_anonymous",
            "tcp.auth.allow_anonymous=false",
            b -> login(b, "", "") != 0));
  }

  private static Arguments row(String key, String text, Probe probe) {
    return arguments(key, text, probe);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void holdsFromThenOn(String key, String text, Probe probe) throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      patienceMillis = BRIEF_MILLIS;
      assertThat(probe.isInForce(broker)).as("before").isFalse();
      broker.awaitConnections(0);
      broker.reconfigure(conf(text));
      patienceMillis = LONG_MILLIS;
      assertThat(probe.isInForce(broker)).as("after").isTrue();
      broker.awaitConnections(0);
      broker.reconfigure(conf("daemon=false"));
      patienceMillis = BRIEF_MILLIS;
      assertThat(probe.isInForce(broker)).as("and back").isFalse();
    }
  }

  @Test
  void noHotKeyIsForgotten() {
    var hot =
        KeyTable.get().keys().stream()
            .filter(key -> key.effect() == Effect.HOT && key.inEffect())
            .filter(key -> !HotKeysElsewhere.isOfGroup(key.id()))
            .map(ConfKey::id)
            .collect(Collectors.toCollection(TreeSet::new));
    var tested = new TreeSet<>(HotKeysElsewhere.ONE_BY_ONE.keySet());
    // C20ListenerTest has those of each listener.
    hot.removeIf(id -> id.startsWith("listeners.") && id.contains(".limits."));
    keys().forEach(row -> tested.add((String) row.get()[0]));
    assertThat(tested).isEqualTo(hot);
  }

  private static NanomqConf conf(String text) throws ConfException {
    Path folder = Path.of("/nowhere");
    byte[] document = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return Confs.load(
            new String[0],
            Map.of(),
            folder,
            Map.of(folder.resolve(ConfLoader.DEFAULT_FILE), document),
            null)
        .conf();
  }

  // ---- what clients see

  private static boolean isCut(TestBroker broker, int version, byte[] payload) {
    try (RawClient client = broker.raw(version).connected("cut", true)) {
      return !client.publish("a/b/c", 1, 1, payload).isAnswered(4);
    }
  }

  private static String assigned(TestBroker broker) {
    try (RawClient client = broker.raw(5)) {
      byte[] body = client.connect("", true, 0).receive(2).body();
      String connack = new String(body, StandardCharsets.ISO_8859_1);
      int property = connack.indexOf(0x12, 3);
      int length = connack.charAt(property + 2);
      return connack.substring(property + 3, property + 3 + length);
    }
  }

  private static boolean dropsLarge(TestBroker broker) {
    try (RawClient client = broker.raw(4).connected("large", true)) {
      client.subscribe(1, "large", 0).receive(9);
      client.publish("large", 0, 0, TWO_KIB).publish("large", 0, 0, new byte[1]);
      return client.receive(3).body().length < TWO_KIB.length;
    }
  }

  private static boolean refusesLargeProperty(TestBroker broker) {
    byte[] correlation = new byte[3 + TWO_KIB.length];
    correlation[0] = 9;
    correlation[1] = (byte) (TWO_KIB.length >> 8);
    try (RawClient client = broker.raw(5).connected("property", true)) {
      byte[] body = new byte[3 + 2 + 2 + correlation.length];
      body[1] = 1;
      body[2] = 't';
      body[4] = 1;
      body[5] = (byte) (correlation.length & 127 | 128);
      body[6] = (byte) (correlation.length >> 7);
      System.arraycopy(correlation, 0, body, 7, correlation.length);
      return !client.packet(0x32, body).isAnswered(4);
    }
  }

  /** Messages that wait for a client that comes back, of eight. */
  private static int queued(TestBroker broker, int size) {
    try (RawClient away = broker.raw(4).connected("away", true)) {
      assertThat(away.socket().isConnected()).isTrue();
    }
    try (RawClient away = broker.raw(4).connected("away", false)) {
      away.subscribe(1, "queued", 1).receive(9);
    }
    broker.awaitConnections(0);
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      for (int i = 1; i <= 8; i++) {
        sender.publish("queued", 1, i, new byte[size]).receive(4);
      }
    }
    try (RawClient away = broker.raw(4).connected("away", false)) {
      return publishes(away).size();
    }
  }

  /** Messages that come before the client has acknowledged any, of five. */
  private static int inFlight(TestBroker broker) {
    try (RawClient client = broker.raw(4).connected("slow", true)) {
      client.subscribe(1, "slow", 1).receive(9);
      for (int i = 1; i <= 5; i++) {
        client.publish("slow", 0, 0, new byte[1]);
      }
      // At QoS 0 there is no window.
      assertThat(publishes(client)).hasSize(5);
      try (RawClient sender = broker.raw(4).connected("sender", true)) {
        for (int i = 1; i <= 5; i++) {
          sender.publish("slow", 1, i, new byte[1]).receive(4);
        }
      }
      return publishes(client).size();
    }
  }

  /** What comes until two PINGREQs are answered: a first one may overtake what is on its way. */
  private static List<RawPacket> publishes(RawClient client) {
    List<RawPacket> publishes = new ArrayList<>();
    for (int ping = 0; ping < 2; ping++) {
      client.send(0xC0, 0);
      RawPacket packet = client.receive();
      while (packet.type() != 13) {
        publishes.add(packet);
        packet = client.receive();
      }
    }
    return publishes;
  }

  /**
   * By itself: within a moment where the key is not in force, however long it takes where it is.
   */
  private static boolean closes(TestBroker broker, int keepAlive) {
    try (RawClient client = broker.raw(4)) {
      if (keepAlive > 0) {
        client.connect("silent", true, keepAlive).receive(2);
      }
      return client.isClosedWithin(patienceMillis);
    }
  }

  /** The properties of a CONNACK in hexadecimal, each behind its identifier. */
  private static String connack(TestBroker broker) {
    byte[] expiry = {0x11, 0, 0, 0, 100};
    try (RawClient client = broker.raw(5)) {
      byte[] body = client.connect("connack", true, 60, expiry).receive(2).body();
      StringBuilder text = new StringBuilder();
      int at = 3;
      while (at < body.length) {
        int length = lengthOf(body[at]);
        text.append(String.format("%02X ", body[at]));
        for (int i = 1; i <= length; i++) {
          text.append(String.format("%02X", body[at + i]));
        }
        text.append(", ");
        at += 1 + length;
      }
      return text.toString();
    }
  }

  private static boolean isOff(TestBroker broker, String property) {
    return connack(broker).contains(property + " 00");
  }

  private static int lengthOf(byte property) {
    return switch (property) {
      case 0x11, 0x27 -> 4;
      case 0x13, 0x21, 0x22 -> 2;
      case 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
      default -> throw new AssertionError("property " + property);
    };
  }

  private static boolean refusesLongName(TestBroker broker) {
    try (RawClient client = broker.raw(4)) {
      return !client.connect("ten-letters", true, 0).isAccepted();
    }
  }

  /** How many of two filters are subscribed, in one packet or in two. */
  private static int subscribed(TestBroker broker, boolean together) {
    try (RawClient client = broker.raw(4).connected("filters", true)) {
      if (together) {
        byte[] body = {0, 1, 0, 1, 'a', 0, 0, 1, 'b', 0};
        return client.packet(0x82, body).isAnswered(9) ? 2 : 0;
      }
      int granted = 0;
      for (String filter : List.of("a", "b")) {
        granted += client.subscribe(1, filter, 0).receive(9).at(2) == 0 ? 1 : 0;
      }
      return granted;
    }
  }

  private static boolean refusesRetained(TestBroker broker) {
    try (RawClient client = broker.raw(5).connected("retains", true)) {
      boolean refused = false;
      for (int i = 1; i <= 2; i++) {
        byte[] body = {0, 2, 'r', (byte) ('0' + i), 0, (byte) i, 0, 'x'};
        RawPacket answer = client.packet(0x33, body).receive(4);
        refused = answer.body().length > 2 && answer.at(2) == 0x97;
      }
      for (int i = 1; i <= 2; i++) {
        client.packet(0x31, new byte[] {0, 2, 'r', (byte) ('0' + i), 0});
      }
      client.assertNothingMore();
      return refused;
    }
  }

  private static boolean refusesTheSecond(TestBroker broker) {
    try (RawClient first = broker.raw(4).connected("first", true);
        RawClient second = broker.raw(4)) {
      boolean refused = !second.connect("second", true, 0).isAccepted();
      first.assertNothingMore();
      return refused;
    }
  }

  private static int copies(TestBroker broker) {
    try (RawClient client = broker.raw(4).connected("copies", true)) {
      client.subscribe(1, "c/#", 0).receive(9);
      client.subscribe(2, "c/+", 0).receive(9);
      client.publish("c/c", 0, 0, new byte[1]);
      return publishes(client).size();
    }
  }

  /** The return code of CONNACK. */
  private static int login(TestBroker broker, String user, String password) {
    try (RawClient client = broker.raw(4)) {
      return client.connect("login", user, password).receive(2).at(1);
    }
  }
}
