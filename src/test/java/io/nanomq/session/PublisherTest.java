package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.LogLines;
import io.nanomq.codec.ReasonCode;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import org.junit.jupiter.api.Test;

/** What becomes of messages that cannot be retained. */
class PublisherTest {
  private static ReasonCode retain(SessionFixture f, String topic) {
    PublishMessage message =
        SessionFixture.message(topic, "payload", 1, true, PublishMessage.NEVER);
    return f.publishers.get(0).publish(message, null);
  }

  @Test
  void theLogSaysOnceAMinuteThatThereIsNoRoomForThem() {
    try (SessionFixture f = new SessionFixture(1, 1L << 40, new MemoryBudgets(1_000, 1_000));
        LogLines log = new LogLines(Publisher.class.getName())) {
      assertThat(retain(f, "a")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(retain(f, "b")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
      assertThat(log.lines()).singleElement().asString().contains("max_retained_messages");
      f.loops.advance(60_000);
      retain(f, "c");
      assertThat(log.lines()).hasSize(2);
      assertThat(f.drops(DropReason.RETAINED_FULL)).isEqualTo(3);
    }
  }

  @Test
  void theLogSaysNothingWhereThereIs() {
    try (SessionFixture f = new SessionFixture(1);
        LogLines log = new LogLines(Publisher.class.getName())) {
      assertThat(retain(f, "a").isError()).isFalse();
      assertThat(log.lines()).isEmpty();
    }
  }
}
