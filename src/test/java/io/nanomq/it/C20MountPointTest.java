package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.codec.PacketType;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerTerms;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener whose clients see the topics below a mount point only, as if there were no others. */
@Timeout(60)
class C20MountPointTest {
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NONE = new byte[0];
  private static final String MOUNT = "site/7/";
  private static final int NOT_AUTHORIZED = 0x87;

  private final TestBroker broker = TestBroker.start();

  @BeforeEach
  void open() {
    var terms = new ListenerTerms(ListenerTerms.Limits.NONE, false, List.of(), MOUNT);
    var conf = Confs.listener("own", Transport.TCP, TestBroker.HOST, 0, "").with(terms);
    broker.broker().listeners().open(conf).toCompletableFuture().join();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private RawClient inside(int version, String clientId) {
    return broker.raw("own", version).connected(clientId, true);
  }

  private RawClient outside(String clientId) {
    return broker.raw(5).connected(clientId, true);
  }

  private static int subscribe(RawClient client, String filter, int options) {
    byte[] body = client.subscribe(1, filter, options).receive(PacketType.SUBACK).body();
    return body[body.length - 1] & 0xFF;
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 1", "5, 0", "5, 1"})
  void isPutOnAndTakenOff(int version, int qos) {
    try (RawClient reader = inside(version, "reader");
        RawClient real = outside("real");
        RawClient writer = inside(version, "writer")) {
      subscribe(reader, "a/+", qos);
      subscribe(real, "#", qos);
      writer.publish("a/b", qos, 1, HI);
      RawPacket came = reader.receive(PacketType.PUBLISH);
      assertThat(came.topic()).isEqualTo("a/b");
      assertThat(new String(came.body(), StandardCharsets.UTF_8)).endsWith("hi");
      assertThat(real.receive(PacketType.PUBLISH).topic()).isEqualTo("site/7/a/b");
    }
  }

  /** Nothing that a client calls a topic, a filter or a group leads out of it. */
  @ParameterizedTest
  @ValueSource(strings = {"#", "+/+", "+", "../+", "$share/g/#", "/#", "$SYS/#", "site/7/#"})
  void noFilterLeadsOut(String filter) {
    try (RawClient reader = inside(5, "reader");
        RawClient real = outside("real")) {
      assertThat(subscribe(reader, filter, 0)).isZero();
      for (String topic : List.of("secret", "site/7", "site/8/secret", "site", "/x")) {
        real.publish(topic, 1, 1, HI).receive(PacketType.PUBACK);
      }
      reader.assertNothingMore();
    }
  }

  @Test
  void systemTopicsAreOnesOfItsOwn() {
    try (RawClient writer = inside(5, "writer");
        RawClient real = outside("real");
        RawClient watcher = outside("watcher")) {
      subscribe(real, "site/7/#", 0);
      subscribe(watcher, "$SYS/x", 0);
      byte[] body = writer.publish("$SYS/x", 1, 1, HI).receive(PacketType.PUBACK).body();
      assertThat(body).as("no reason").hasSize(2);
      assertThat(real.receive(PacketType.PUBLISH).topic()).isEqualTo("site/7/$SYS/x");
      watcher.assertNothingMore();
    }
  }

  @Test
  void largeMessagesAliasesAndIdentifiersAreMountedToo() {
    byte[] aliases = {0x22, 0, 5};
    byte[] large = new byte[20_000];
    try (RawClient reader = broker.raw("own", 5);
        RawClient old = inside(4, "old");
        RawClient writer = inside(5, "writer")) {
      reader.connect("reader", true, 0, aliases).receive(PacketType.CONNACK);
      byte[] identifier = {0x0B, 9};
      reader.subscribe(1, "a", 0, identifier).receive(PacketType.SUBACK);
      subscribe(old, "a", 0);
      byte[] alias = {0x23, 0, 3};
      writer.publish("a", 0, 0, HI, alias).publish("", 0, 0, HI, alias).publish("a", 0, 0, large);
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      assertThat(reader.receive(PacketType.PUBLISH).topic()).as("our alias").isEmpty();
      assertThat(reader.receive(PacketType.PUBLISH).body()).endsWith(large);
      for (int i = 0; i < 2; i++) {
        assertThat(old.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      }
      assertThat(old.receive(PacketType.PUBLISH).body()).hasSize(3 + large.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatIsNoTopicIsNoneBehindIt(int tooLong) {
    String topic = tooLong == 1 ? "x".repeat(65_530) : "";
    try (RawClient client = inside(5, "client")) {
      client.publish(topic, 0, 0, HI);
      int reason = tooLong == 1 ? 0x90 : 0x82;
      assertThat(client.receive(PacketType.DISCONNECT).at(0)).isEqualTo(reason);
    }
    try (RawClient client = inside(5, "client")) {
      assertThat(subscribe(client, tooLong == 1 ? topic : "a#", 0)).isEqualTo(0x8F);
    }
    if (tooLong == 1) {
      try (RawClient client = broker.raw("own", 5)) {
        client.connect("client", true, NONE, new RawClient.Will(topic, "x"));
        assertThat(client.receive(PacketType.CONNACK).at(1)).isEqualTo(0x90);
      }
    }
  }

  @Test
  void willsAndRetainedMessagesAreBehindIt() {
    try (RawClient reader = outside("real")) {
      subscribe(reader, "site/7/will", 0);
      RawClient client = broker.raw("own", 5);
      client.connect("c", true, NONE, new RawClient.Will("will", "x", 1, true, NONE));
      client.receive(PacketType.CONNACK);
      client.reset();
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("site/7/will");
      reader.packet(0x31, "\0\5outer\0hi".getBytes(StandardCharsets.US_ASCII));
      reader.assertNothingMore();
    }
    try (RawClient late = inside(5, "late")) {
      assertThat(subscribe(late, "#", 0)).isZero();
      RawPacket retained = late.receive(PacketType.PUBLISH);
      assertThat(retained.topic()).isEqualTo("will");
      late.assertNothingMore();
    }
  }

  @Test
  void unsubscribeTakesTheSameFilter() {
    try (RawClient client = inside(5, "c")) {
      subscribe(client, "a/#", 0);
      assertThat(broker.broker().sessions().find("c").subscription("site/7/a/#")).isNotNull();
      client.packet(0xA2, "\0\2\0\0\3a/#".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.receive(PacketType.UNSUBACK).at(3)).isZero();
      assertThat(broker.broker().subscriptionCount()).isZero();
    }
  }

  /** One namespace, whatever the way in: rules are about real topics. */
  @Test
  void rulesAreAboutRealTopics() throws Exception {
    reconfigure(
        "auth.acl.rules = [{permit = allow, topics = [\"site/7/ok/#\"]},"
            + " {permit = deny, topics = [\"#\"]}]\n");
    try (RawClient client = inside(5, "c")) {
      assertThat(subscribe(client, "ok/#", 0)).isZero();
      assertThat(subscribe(client, "no/#", 0)).isEqualTo(NOT_AUTHORIZED);
      assertThat(subscribe(client, "site/7/ok/#", 0)).isEqualTo(NOT_AUTHORIZED);
      client.publish("no", 1, 1, HI);
      assertThat(client.receive(PacketType.PUBACK).at(2)).isEqualTo(NOT_AUTHORIZED);
      client.publish("ok/a", 0, 2, HI);
      assertThat(client.receive(PacketType.PUBLISH).topic()).isEqualTo("ok/a");
    }
  }

  /** Which closes the listener. */
  private void reconfigure(String text) throws Exception {
    broker.reconfigure(Confs.load(text).conf());
    open();
  }

  @Test
  void aBackEndIsToldTheMountPoint() throws Exception {
    try (WebPeer peer = new WebPeer(WebPeer.says(200))) {
      reconfigure(
          "auth.http_auth.acl_req { url = \"%s\", params = {t = \"%%t\", m = \"%%m\"} }\n"
              .formatted(peer.url("/acl")));
      try (RawClient client = inside(5, "c")) {
        subscribe(client, "a", 0);
        assertThat(peer.asked()).containsExactly("POST /acl m=site%2F7%2F&t=site%2F7%2Fa");
      }
    }
  }

  /** Who has been elsewhere brings nothing of that in. */
  @Test
  void aSessionFromOutsideBringsNothingIn() {
    try (RawClient real = lasting("tcp")) {
      real.receive(PacketType.CONNACK);
      subscribe(real, "#", 1);
      subscribe(real, "site/7/a", 1);
    }
    TestBroker.soon().until(() -> !broker.broker().sessions().find("c").isOnline());
    publish("secret");
    publish("site/7/a");
    try (RawClient client = lasting("own")) {
      assertThat(client.receive(PacketType.CONNACK).at(0)).as("resumed").isEqualTo(1);
      assertThat(client.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      client.assertNothingMore();
      publish("secret");
      publish("site/7/a");
      assertThat(client.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      client.assertNothingMore();
      assertThat(broker.broker().subscriptionCount()).as("# is gone").isEqualTo(1);
    }
  }

  /** What an administrator subscribes for a client is a real filter, and leads it nowhere else. */
  @Test
  void theApiSpeaksOfRealTopics() {
    try (RawClient client = inside(5, "c")) {
      var all = List.of(new Subscription("#", 0, false, false, 0, 0));
      broker.broker().actions().subscribe("c", all).toCompletableFuture().join();
      publish("secret");
      publish("site/7/a");
      assertThat(client.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      client.assertNothingMore();
    }
  }

  private void publish(String topic) {
    broker
        .broker()
        .actions()
        .publish(
            now ->
                new PublishMessage(TopicName.of(topic), HI, NONE, 1, false, PublishMessage.NEVER))
        .toCompletableFuture()
        .join();
  }

  private RawClient lasting(String listener) {
    byte[] body = "\0\4MQTT\4\0\0\0\0\1c".getBytes(StandardCharsets.ISO_8859_1);
    return broker.raw(listener, 4).packet(0x10, body);
  }

  /** Whoever is there sees topics of the one; who comes then, those of the other. */
  @Test
  void anotherMountPointOpensTheListenerAnew() {
    try (RawClient before = inside(5, "before")) {
      var listeners = broker.broker().listeners();
      var usual = Confs.listener("tcp", Transport.TCP, TestBroker.HOST, 0, "");
      var terms = new ListenerTerms(ListenerTerms.Limits.NONE, false, List.of(), "other/");
      var other = Confs.listener("own", Transport.TCP, TestBroker.HOST, 0, "").with(terms);
      var move = listeners.move(List.of(usual, other));
      move.open().thenCompose(done -> move.commit()).toCompletableFuture().join();
      assertThat(before.receive(PacketType.DISCONNECT).at(0)).isEqualTo(0x8B);
    }
    try (RawClient after = inside(5, "after")) {
      assertThat(subscribe(after, "a", 0)).isZero();
      publish("site/7/a");
      publish("other/a");
      assertThat(after.receive(PacketType.PUBLISH).topic()).isEqualTo("a");
      after.assertNothingMore();
    }
  }
}
