package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.PacketType;
import io.nanomq.metrics.DropReason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules that change while clients are connected. */
@Timeout(60)
class C21AccessChangeTest {
  private static final byte[] HI = "hi".getBytes(StandardCharsets.UTF_8);
  private static final int NOT_AUTHORIZED = 0x87;
  private static final String NO_SECRETS = "acl.rules = [{permit = deny, topics = [\"secret/#\"]}]";

  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void stop() {
    broker.close();
  }

  private static void subscribe(RawClient client, String filter) {
    assertThat(client.subscribe(1, filter, 0).receive(PacketType.SUBACK).at(3)).isZero();
  }

  @Test
  void subscriptionsThatAreDeniedGoAndEverythingElseStays() {
    try (RawClient reader = broker.raw(5).connected("reader", true);
        RawClient other = broker.raw(5).connected("other", true);
        RawClient writer = broker.raw(5).connected("writer", true)) {
      for (RawClient client : new RawClient[] {reader, other}) {
        subscribe(client, "secret/+");
        subscribe(client, "public/#");
        subscribe(client, "#");
      }
      C21AccessTest.rules(broker, NO_SECRETS);
      assertThat(broker.broker().subscriptionCount()).isEqualTo(2);
      writer.publish("public/a", 0, 0, HI);
      for (RawClient client : new RawClient[] {reader, other}) {
        assertThat(client.receive(PacketType.PUBLISH).topic()).isEqualTo("public/a");
      }
      writer.publish("secret/a", 1, 1, HI);
      assertThat(writer.receive(PacketType.PUBACK).at(2)).isEqualTo(NOT_AUTHORIZED);
      C21AccessTest.rules(broker, "allow_anonymous = true");
      subscribe(reader, "secret/+");
      writer.publish("secret/b", 1, 2, HI);
      assertThat(writer.receive(PacketType.PUBACK).body()).hasSize(2);
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("secret/b");
    }
  }

  @Test
  void orTheirClientsAreDisconnected() {
    try (RawClient reader = broker.raw(5).connected("reader", true);
        RawClient other = broker.raw(5).connected("other", true)) {
      subscribe(reader, "secret/+");
      subscribe(other, "public/#");
      C21AccessTest.rules(
          broker, NO_SECRETS.replace("acl.rules", "acl.revoked = disconnect, acl.rules"));
      assertThat(reader.receive(PacketType.DISCONNECT).at(0)).isEqualTo(NOT_AUTHORIZED);
      assertThat(reader.isClosedByBroker()).isTrue();
      other.assertNothingMore();
    }
  }

  /**
   * What was allowed to be subscribed by name only is looked at message by message from then on.
   */
  @Test
  void aFilterMayBecomePartlyDenied() {
    try (RawClient reader = broker.raw(5).connected("reader", true);
        RawClient writer = broker.raw(5).connected("writer", true)) {
      subscribe(reader, "#");
      C21AccessTest.rules(
          broker,
          "acl.rules = [{permit = deny, action = subscribe, topics = [\"secret/#\"]},"
              + " {permit = allow, topics = [\"#\"]}]");
      writer.publish("secret/a", 0, 0, HI).publish("public/a", 0, 0, HI);
      assertThat(reader.receive(PacketType.PUBLISH).topic()).isEqualTo("public/a");
    }
  }

  /** Somebody else with the same client identifier gets no subscription that is not allowed. */
  @Test
  void whoTakesASessionOverIsJudgedByItself() {
    C21AccessTest.rules(
        broker,
        "acl.rules = [{permit = allow, username = ann},"
            + " {permit = deny, topics = [\"secret/#\"]}]");
    try (RawClient ann = lasting("ann");
        RawClient writer = broker.raw(4).connect("w", "ann", "x")) {
      ann.receive(PacketType.CONNACK);
      writer.receive(PacketType.CONNACK);
      ann.subscribe(1, "secret/a", 0).receive(PacketType.SUBACK);
      ann.subscribe(2, "public/a", 0).receive(PacketType.SUBACK);
      try (RawClient bob = lasting("bob")) {
        assertThat(bob.receive(PacketType.CONNACK).at(0)).isEqualTo(1);
        writer.publish("secret/a", 0, 0, HI).publish("public/a", 0, 0, HI);
        assertThat(bob.receive(PacketType.PUBLISH).topic()).isEqualTo("public/a");
      }
    }
  }

  /** Client c with a session that outlives its connection, as that user. */
  private RawClient lasting(String user) {
    String head = "\0\4MQTT\4\200\0\0\0\1c\0\3";
    byte[] body = (head + user).getBytes(StandardCharsets.ISO_8859_1);
    return broker.raw(4).packet(0x10, body);
  }

  /** What waits for one user, sent or not, is not read by another. */
  @Test
  void whatWaitsIsNotInheritedByWhoMayNotReadIt() {
    C21AccessTest.rules(
        broker,
        "acl.rules = [{permit = allow, username = ann},"
            + " {permit = deny, topics = [\"secret/#\"]}]");
    try (RawClient writer = broker.raw(4).connect("w", "ann", "x")) {
      writer.receive(PacketType.CONNACK);
      try (RawClient ann = lasting("ann")) {
        ann.receive(PacketType.CONNACK);
        ann.subscribe(1, "#", 1).receive(PacketType.SUBACK);
        writer.publish("secret/sent", 1, 1, HI).receive(PacketType.PUBACK);
        assertThat(ann.receive(PacketType.PUBLISH).topic()).isEqualTo("secret/sent");
      }
      TestBroker.soon().until(() -> !broker.broker().sessions().find("c").isOnline());
      writer.publish("secret/queued", 1, 2, HI).receive(PacketType.PUBACK);
      writer.publish("public/queued", 1, 3, HI).receive(PacketType.PUBACK);
    }
    try (RawClient bob = lasting("bob")) {
      assertThat(bob.receive(PacketType.CONNACK).at(0)).isEqualTo(1);
      assertThat(bob.receive(PacketType.PUBLISH).topic()).isEqualTo("public/queued");
      bob.assertNothingMore();
    }
    var counters = broker.broker().counters().toCompletableFuture().join();
    assertThat(counters.drops(DropReason.NOT_AUTHORIZED)).isEqualTo(2);
  }
}
