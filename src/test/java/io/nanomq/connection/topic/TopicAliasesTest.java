package io.nanomq.connection.topic;

import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.ReasonCode.QUOTA_EXCEEDED;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ProtocolError;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicAliasesTest {
  private static final TopicName A = TopicName.of("a");
  private static final TopicName B = TopicName.of("b");

  private final Budget budget = new Budget(Purpose.ALIASES, 1L << 30);
  private final Account account = new Account("a");
  private final TopicAliases aliases = new TopicAliases(budget, account);

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
  void topicsWithAliasesHaveABoundInBytesWhichArraysCountIn() {
    String topic = "x".repeat(50_000);
    int fit = TopicAliases.MAX_BYTES / 200_300;
    for (int alias = 1; alias <= fit; alias++) {
      aliases.set(alias, TopicName.of(topic + alias % 10));
      aliases.set(alias, TopicName.of(topic + alias % 10));
      assertThat(aliases.outgoing(TopicName.of(topic + (char) alias), 100)).isEqualTo(alias);
    }
    assertRejected(QUOTA_EXCEEDED, () -> aliases.set(fit + 1, TopicName.of(topic + "x")));
    assertThat(aliases.outgoing(TopicName.of(topic + "x"), 100)).isZero();
    assertRejected(QUOTA_EXCEEDED, () -> aliases.set(65_535, A));
    aliases.set(1, A);
    aliases.set(2, A);
    aliases.set(65_535, A);
    assertThat(budget.held()).isBetween((2L * fit - 2) * 100_000 + 4 * 65_535, 1L << 21);
  }

  @Test
  void allConnectionsOfAnAccountHaveAShareAndGiveItBack() {
    Budget small = new Budget(Purpose.ALIASES, 4_000_000);
    TopicName topic = TopicName.of("x".repeat(60_000));
    List<TopicAliases> connections = new ArrayList<>();
    while (connections.size() < 1_000) {
      TopicAliases next = new TopicAliases(small, account);
      connections.add(next);
      try {
        next.set(1, topic);
      } catch (ProtocolError full) {
        break;
      }
    }
    assertThat(connections).as("three quarters of 4 MB").hasSize(25);
    assertThat(small.held())
        .isEqualTo(account.held(Purpose.ALIASES))
        .isBetween(2_800_000L, 3_000_000L);
    new TopicAliases(small, new Account("b")).set(1, topic);
    connections.get(24).set(1, A);
    assertThat(account.held(Purpose.ALIASES)).as("a small one").isGreaterThan(2_800_000);
    connections.forEach(TopicAliases::close);
    assertThat(account.held(Purpose.ALIASES)).isZero();
  }

  @Test
  void theTwoDirectionsHaveAliasesOfTheirOwn() {
    aliases.set(1, A);
    assertThat(aliases.outgoing(B, 5)).isEqualTo(1);
    assertThat(aliases.get(1)).isEqualTo(A);
  }
}
