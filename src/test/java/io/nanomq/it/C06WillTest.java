package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wills: when they are published, when they wait, and when they are not. */
@Timeout(60)
class C06WillTest {
  private static final byte[] NONE = {};
  private static final byte[] EXPIRES_AFTER_30_SECONDS = {0x11, 0, 0, 0, 30};
  private static final byte[] EXPIRES_AFTER_1_MINUTE = {0x11, 0, 0, 0, 60};
  private static final byte[] DELAY_OF_30_SECONDS = {0x18, 0, 0, 0, 30};
  private static final byte[] DELAY_OF_1_MINUTE = {0x18, 0, 0, 0, 60};

  private final AtomicLong ahead = new AtomicLong();
  private final TestBroker broker = TestBroker.start(ahead::get);
  private Hive witness;

  @BeforeEach
  void connectWitness() {
    witness = Hive.connected(broker, "witness").subscribe("will/#", 2);
  }

  @AfterEach
  void stop() {
    witness.close();
    broker.close();
  }

  /** As soon as there are so many connections left; what has to come before has come by then. */
  private void thirtySecondsPass(int connections) {
    broker.awaitConnections(connections);
    ahead.addAndGet(31_000);
  }

  private RawClient mortal(byte[] connectProperties, byte... willProperties) {
    RawClient client = broker.raw(5);
    var will = new RawClient.Will("will/t", "testament", willProperties);
    client.connect("mortal", false, connectProperties, will).receive(2);
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void isPublishedWhenTheSocketBreaks(int version) {
    RawClient client = broker.raw(version);
    var will = new RawClient.Will("will/t", "broken", 2, true, NONE);
    client.connect("mortal", true, NONE, will).receive(2);
    client.reset();
    assertThat(witness.next("broken").getQos().getCode()).isEqualTo(2);
    try (Hive late = Hive.connected(broker, "late").subscribe("will/t", 1)) {
      assertThat(late.next("broken").isRetain()).isTrue();
    }
  }

  @Test
  void isNotPublishedAfterDisconnect() {
    try (RawClient client = mortal(NONE)) {
      client.send(0xE0, 0);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    witness.assertNothingMore();
  }

  @Test
  void isPublishedAfterDisconnectThatAsksForIt() {
    try (RawClient client = mortal(NONE)) {
      client.send(0xE0, 1, 4);
      witness.next("testament");
    }
  }

  @Test
  void isPublishedAfterAProtocolError() {
    try (RawClient client = mortal(NONE)) {
      client.send(0xF0, 0);
      witness.next("testament");
      assertThat(client.receive(14).at(0)).isEqualTo(0x82);
    }
  }

  @Test
  void waitsForItsDelay() {
    mortal(EXPIRES_AFTER_1_MINUTE, DELAY_OF_30_SECONDS).reset();
    broker.awaitConnections(1);
    witness.assertNothingMore();
    thirtySecondsPass(1);
    witness.next("testament");
    assertThat(broker.broker().sessions().find("mortal")).isNotNull();
  }

  @Test
  void isPublishedNoLaterThanTheSessionEnds() {
    mortal(EXPIRES_AFTER_30_SECONDS, DELAY_OF_1_MINUTE).reset();
    thirtySecondsPass(1);
    witness.next("testament");
    TestBroker.soon().until(() -> broker.broker().sessions().find("mortal") == null);
  }

  @Test
  void isPublishedAtOnceWhereTheSessionEndsWithItsSocket() {
    mortal(NONE, DELAY_OF_1_MINUTE).reset();
    witness.next("testament");
  }

  @Test
  void isCancelledByWhoComesBackInTime() {
    mortal(EXPIRES_AFTER_1_MINUTE, DELAY_OF_30_SECONDS).reset();
    broker.awaitConnections(1);
    try (RawClient back = broker.raw(5).connect("mortal", false, 0, EXPIRES_AFTER_1_MINUTE)) {
      assertThat(back.receive(2).at(0)).isEqualTo(1);
      // A will of the same delay that is due later shows that the time of the first has passed.
      var later = new RawClient.Will("will/t", "later", DELAY_OF_30_SECONDS);
      RawClient other = broker.raw(5).connect("other", true, EXPIRES_AFTER_1_MINUTE, later);
      other.receive(2);
      other.reset();
      thirtySecondsPass(2);
      witness.next("later");
      witness.assertNothingMore();
      back.assertNothingMore();
    }
  }

  @Test
  void isPublishedWhereACleanStartEndsTheSession() {
    mortal(EXPIRES_AFTER_1_MINUTE, DELAY_OF_1_MINUTE).reset();
    broker.awaitConnections(1);
    try (RawClient back = broker.raw(5).connected("mortal", true)) {
      witness.next("testament");
      back.assertNothingMore();
    }
  }

  @Test
  void isPublishedWhenTheSessionIsTakenOver() {
    try (RawClient old = mortal(EXPIRES_AFTER_1_MINUTE);
        RawClient young = broker.raw(5).connected("mortal", false)) {
      witness.next("testament");
      assertThat(old.receive(14).at(0)).isEqualTo(0x8E);
      young.assertNothingMore();
      witness.assertNothingMore();
    }
  }

  @Test
  void waitsAndIsCancelledWhereASessionWithDelayIsTakenOver() {
    try (RawClient old = mortal(EXPIRES_AFTER_1_MINUTE, DELAY_OF_30_SECONDS);
        RawClient young = broker.raw(5).connected("mortal", false)) {
      assertThat(old.receive(14).at(0)).isEqualTo(0x8E);
      var later = new RawClient.Will("will/t", "later", DELAY_OF_30_SECONDS);
      RawClient other = broker.raw(5).connect("other", true, EXPIRES_AFTER_1_MINUTE, later);
      other.receive(2);
      other.reset();
      thirtySecondsPass(2);
      witness.next("later");
      witness.assertNothingMore();
      young.assertNothingMore();
    }
  }

  @Test
  void carriesItsProperties() {
    byte[] properties = {
      0x01, 1, 0x02, 0, 0, 0, 50, 0x03, 0, 1, 'c', 0x08, 0, 1, 'r', 0x09, 0, 1, 7, 0x26, 0, 1, 'k',
      0, 1, 'v'
    };
    mortal(NONE, properties).reset();
    var publish = witness.next("testament");
    assertThat(publish.getContentType().orElseThrow()).hasToString("c");
    assertThat(publish.getResponseTopic().orElseThrow()).hasToString("r");
    assertThat(publish.getCorrelationData().orElseThrow().get(0)).isEqualTo((byte) 7);
    assertThat(publish.getMessageExpiryInterval().orElseThrow()).isBetween(1L, 50L);
    assertThat(publish.getUserProperties().asList()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"4, 5, $SYS/broker/uptime", "5, 135, $SYS/broker/uptime", "5, 135, $SYS"})
  void isRefusedForSystemTopics(int version, int code, String topic) {
    try (RawClient client = broker.raw(version)) {
      client.connect("liar", true, NONE, new RawClient.Will(topic, "no"));
      assertThat(client.receive(2).at(1)).isEqualTo(code);
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void isRefusedForTopicsThatAreTooDeep() {
    try (RawClient client = broker.raw(5)) {
      client.connect("deep", true, NONE, new RawClient.Will("a" + "/b".repeat(200), "no"));
      assertThat(client.receive(2).at(1)).isEqualTo(0x90);
    }
  }
}
