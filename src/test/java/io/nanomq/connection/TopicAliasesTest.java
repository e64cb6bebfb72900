package io.nanomq.connection;

import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.TopicName;
import org.junit.jupiter.api.Test;

class TopicAliasesTest {
  private static final TopicName A = TopicName.of("a");
  private static final TopicName B = TopicName.of("b");

  private final TopicAliases aliases = new TopicAliases();

  @Test
  void anAliasThatIsNotSetIsAProtocolErrorHoweverLargeItIs() {
    for (int alias : new int[] {1, 7, 8, 65_535}) {
      assertRejected(PROTOCOL_ERROR, () -> aliases.get(alias));
    }
    aliases.set(8, A);
    assertRejected(PROTOCOL_ERROR, () -> aliases.get(7));
  }

  @Test
  void allAliasesThatThereAreMayBeSetAndSetAgain() {
    for (int alias = 1; alias <= 65_535; alias += 13) {
      aliases.set(alias, TopicName.of("t/" + alias));
    }
    aliases.set(65_535, A);
    aliases.set(1, B);
    assertThat(aliases.get(65_535)).isEqualTo(A);
    assertThat(aliases.get(1)).isEqualTo(B);
    assertThat(aliases.get(14)).isEqualTo(TopicName.of("t/14"));
  }

  @Test
  void towardsTheClientEachTopicKeepsItsAliasAndNoMoreAreUsedThanItAllows() {
    assertThat(aliases.outgoing(A, 2)).as("set").isEqualTo(1);
    assertThat(aliases.outgoing(A, 2)).as("used").isEqualTo(-1);
    assertThat(aliases.outgoing(B, 2)).isEqualTo(2);
    assertThat(aliases.outgoing(TopicName.of("c"), 2)).as("none is left").isZero();
    assertThat(aliases.outgoing(TopicName.of("b"), 2)).isEqualTo(-2);
  }

  @Test
  void topicsWithAliasesHaveABoundInBytes() {
    String topic = "x".repeat(65_000);
    int fit = TopicAliases.MAX_BYTES / 65_001;
    for (int alias = 1; alias <= fit; alias++) {
      aliases.set(alias, TopicName.of(topic + alias % 10));
      aliases.set(alias, TopicName.of(topic + alias % 10));
      assertThat(aliases.outgoing(TopicName.of(topic + (char) alias), 100)).isEqualTo(alias);
    }
    assertThatThrownBy(() -> aliases.set(fit + 1, TopicName.of(topic + "x")))
        .isInstanceOfSatisfying(
            ProtocolError.class,
            error -> assertThat(error.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED));
    assertThat(aliases.outgoing(TopicName.of(topic + "x"), 100)).isZero();
  }

  @Test
  void theTwoDirectionsHaveAliasesOfTheirOwn() {
    aliases.set(1, A);
    assertThat(aliases.outgoing(B, 5)).isEqualTo(1);
    assertThat(aliases.get(1)).isEqualTo(A);
  }
}
