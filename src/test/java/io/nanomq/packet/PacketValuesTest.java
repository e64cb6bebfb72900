package io.nanomq.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketValuesTest {
  private static Will will(long expirySeconds) {
    return new Will(TopicName.of("w"), new byte[] {1}, new byte[] {2}, 1, true, 60, expirySeconds);
  }

  /** The interval of a will begins when it is published, MQTT 5.0 section 3.1.3.2.4. */
  @Test
  void aWillExpiresCountedFromItsPublication() {
    PublishMessage message = will(10).toMessage(5_000);
    assertThat(message.isExpired(14_999)).isFalse();
    assertThat(message.isExpired(15_000)).isTrue();
    assertThat(will(0xFFFF_FFFFL).toMessage(5_000).isExpired(5_000 + 4_294_967_294_999L)).isFalse();
    assertThat(will(-1).toMessage(5_000).isExpired(Long.MAX_VALUE - 1)).isFalse();
  }

  @Test
  void aWillIsPublishedAsItCame() {
    PublishMessage message = will(-1).toMessage(0);
    assertThat(message.topic()).isEqualTo(TopicName.of("w"));
    assertThat(message.payload()).containsExactly(1);
    assertThat(message.properties()).containsExactly(2);
    assertThat(message.qos()).isEqualTo(1);
    assertThat(message.retain()).isTrue();
  }

  /** What the bounds of queues are counted in must not be less than what is held. */
  @Test
  void aMessageCostsAtLeastItsBytes() {
    TopicName topic = TopicName.of("t");
    var small = new PublishMessage(topic, new byte[0], new byte[0], 0, false, PublishMessage.NEVER);
    var large =
        new PublishMessage(topic, new byte[500], new byte[70], 0, false, PublishMessage.NEVER);
    assertThat(small.retainedBytes()).isPositive();
    assertThat(large.retainedBytes() - small.retainedBytes()).isEqualTo(570);
    var other =
        new PublishMessage(
            TopicName.of("t".repeat(101)),
            new byte[0],
            new byte[0],
            0,
            false,
            PublishMessage.NEVER);
    assertThat(other.retainedBytes() - small.retainedBytes()).as("text and bytes").isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"$SYS, true", "$, true", "a$, false", "a, false", "/$a, false"})
  void topicsThatBeginWithADollarAreHidden(String text, boolean hidden) {
    assertThat(TopicName.of(text).isSystem()).isEqualTo(hidden);
  }

  /** A byte order mark is a character as any other [MQTT-1.5.4-3]. */
  @Test
  void aByteOrderMarkMakesAnotherTopic() {
    TopicName marked = TopicName.of("\uFEFFa");
    assertThat(marked).isNotEqualTo(TopicName.of("a"));
    assertThat(new TopicName(marked.text().getBytes(StandardCharsets.UTF_8))).isEqualTo(marked);
    assertThat(marked.hashCode()).isEqualTo(TopicName.of("\uFEFFa").hashCode());
    assertThat(new TopicName(marked.utf8()).text()).hasSize(2);
    assertThat(marked.equals("\uFEFFa")).isFalse();
  }

  @Test
  void whoIsLetInLeavesNoPasswordBehind() {
    var connect =
        new Connect(
            5,
            "",
            true,
            9,
            "u",
            new byte[] {1},
            will(1),
            new ConnectProperties(
                7, 8, 9, 10, true, false, true, new EnhancedAuth("method", new byte[] {2})));
    Connect named = connect.withClientId("given");
    assertThat(named.password()).containsExactly(1);
    Connect kept = named.withoutPassword();
    assertThat(kept.password()).isNull();
    assertThat(kept.enhanced().data()).isNull();
    assertThat(kept.authenticationMethod()).isEqualTo("method");
    assertThat(kept.withClientId("")).isEqualTo(connect.withoutPassword());
    assertThat(kept.withoutPassword()).isSameAs(kept);
  }

  @Test
  void oneLoopAtATimeCountsWhoKeepsAMessageAndOthersCountATwin() {
    PublishMessage message =
        new PublishMessage(
            TopicName.of("t"), new byte[9], new byte[] {1}, 2, true, PublishMessage.NEVER);
    assertThat(message.countedBy(0)).isSameAs(message);
    message.refer();
    message.refer();
    PublishMessage twin = message.countedBy(1);
    assertThat(twin).isNotSameAs(message);
    assertThat(twin.payload()).isSameAs(message.payload());
    assertThat(twin.retainedBytes()).isEqualTo(message.retainedBytes());
    assertThat(twin.countedBy(1)).isSameAs(twin);
    assertThat(twin.references()).isZero();
    assertThat(message.unrefer()).isEqualTo(1);
    assertThat(message.countedBy(0)).isSameAs(message);
    assertThat(message.unrefer()).isZero();
    assertThat(message.countedBy(1)).as("nobody counts any more").isSameAs(message);
    assertThat(message.countedBy(0)).isNotSameAs(message);
  }
}
