package io.nanomq.bridge.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepeatedMessageTest {
  private final List<String> told = new ArrayList<>();
  private final RepeatedMessage repeated = new RepeatedMessage(told::add);
  private final OutgoingPublish outgoing = new OutgoingPublish();

  @AfterEach
  void close() {
    outgoing.close();
  }

  private void send(String topic, String payload, int times, long nowMillis) {
    for (int i = 0; i < times; i++) {
      byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
      var message =
          new PublishMessage(
              TopicName.of(topic), bytes, new byte[0], 0, false, PublishMessage.NEVER);
      outgoing.begin(message, nowMillis);
      repeated.sent(outgoing, nowMillis);
      outgoing.end();
    }
  }

  @Test
  void theSameOneAgainAndAgainIsToldOnceInAWindow() {
    send("t", "x", RepeatedMessage.SUSPICIOUS - 1, 1);
    assertThat(told).isEmpty();
    send("t", "x", RepeatedMessage.SUSPICIOUS, 2);
    assertThat(told).singleElement().asString().contains("go round", "topic t");
    send("t", "x", RepeatedMessage.SUSPICIOUS, 10_001);
    assertThat(told).hasSize(2);
  }

  @Test
  void othersAreNotCounted() {
    send("t", "x", 50, 1);
    send("other", "x", 200, 1);
    send("t", "y", 10, 1);
    send("t", "x", 49, 1);
    assertThat(told).isEmpty();
    send("t", "x", 1, 1);
    assertThat(told).hasSize(1);
  }

  @Test
  void aTopicWhosePayloadChangesIsNotComparedForLong() {
    send("t", "x", 1, 1);
    send("t", "y", 16, 1);
    send("t", "x", 200, 1);
    assertThat(told).isEmpty();
  }
}
