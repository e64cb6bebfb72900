package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.memory.UsedHeap;
import io.nanomq.packet.Subscription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class TopicTreeMemoryTest {
  private static final String DEEP = "/x".repeat(125);
  private static final String LONG = "y".repeat(3_000);

  private final Budget budget = new Budget(Purpose.SUBSCRIPTIONS, 1L << 36);

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of("deep", 2_000, (IntFunction<String>) i -> i + DEEP),
        Arguments.of("wide", 60_000, (IntFunction<String>) i -> "devices/" + i + "/state"),
        Arguments.of("long", 4_000, (IntFunction<String>) i -> i + LONG),
        Arguments.of("other alphabets", 4_000, (IntFunction<String>) i -> i + "ш".repeat(1_000)),
        Arguments.of("pairs", 60_000, (IntFunction<String>) i -> i / 2 + "/" + i % 2),
        Arguments.of("shared", 5_000, (IntFunction<String>) i -> "$share/g" + i + "/a/b"));
  }

  private static Subscriber subscriber(Recipient recipient, String filter) {
    return new Subscriber(recipient, new Subscription(filter, 1, false, false, 0, 7));
  }

  /** What is counted must be what is there, or a little more. */
  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsCountedIsWhatItCosts(String kind, int count, IntFunction<String> filter)
      throws Exception {
    long used =
        UsedHeap.of(
            () -> {
              TopicTree tree = new TopicTree(2, budget);
              var recipient = new RecordingRecipient("r", 0);
              Map<String, Subscriber> session = new HashMap<>();
              for (int i = 0; i < count; i++) {
                Subscriber one = subscriber(recipient, filter.apply(i));
                session.put(one.filter(), one);
                assertThat(tree.add(one)).isTrue();
              }
              return List.of(tree, session);
            });
    assertThat(budget.held()).isBetween(used / 100 * 90, used * 3);
  }

  @Test
  void allIsGivenBackInWhateverOrderTheyLeave() {
    TopicTree tree = new TopicTree(2, budget);
    var mine = new Charged(new Account("mine"));
    var others = new Charged(new Account("others"));
    List<Subscriber> all = new ArrayList<>();
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 300; i++) {
        String filter = NaiveMatcher.randomFilter(random) + (random.nextBoolean() ? "" : "/" + i);
        Subscriber one = subscriber(random.nextBoolean() ? mine : others, filter.replace("#/", ""));
        assertThat(tree.add(one)).isTrue();
        all.add(one);
      }
      Collections.shuffle(all, random);
      while (all.size() > 100) {
        tree.remove(all.remove(all.size() - 1));
      }
    }
    all.forEach(tree::remove);
    assertThat(budget.held()).isZero();
    assertThat(mine.account.held(Purpose.SUBSCRIPTIONS)).isZero();
    assertThat(others.account.held(Purpose.SUBSCRIPTIONS)).isZero();
    assertThat(mine.subscriptionBytes).isZero();
  }

  /** A map that had very many children keeps its table: 2.6 MB together. */
  @Test
  void nodesThatLostMostOfTheirChildrenCostWhatIsLeft() throws Exception {
    long used =
        UsedHeap.of(
            () -> {
              TopicTree tree = new TopicTree(2, budget);
              var recipient = new RecordingRecipient("r", 0);
              for (int node = 0; node < 20; node++) {
                List<Subscriber> all = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                  all.add(subscriber(recipient, node + "/" + i));
                  tree.add(all.get(i));
                }
                all.subList(2, all.size()).forEach(tree::remove);
              }
              return tree;
            });
    assertThat(used).isLessThan(2_000_000);
  }

  @Test
  void whoMadeANodeIsChargedAsLongAsAnybodyNeedsIt() {
    TopicTree tree = new TopicTree(1, budget);
    var maker = new Charged(new Account("maker"));
    var user = new Charged(new Account("user"));
    Subscriber first = subscriber(maker, "1" + DEEP);
    Subscriber second = subscriber(user, "1" + DEEP);
    tree.add(first);
    tree.add(second);
    tree.remove(first);
    assertThat(maker.account.held(Purpose.SUBSCRIPTIONS)).isGreaterThan(126 * 80);
    assertThat(user.account.held(Purpose.SUBSCRIPTIONS)).isLessThan(2_000);
    tree.remove(second);
    assertThat(budget.held()).isZero();
  }

  @Test
  void whatIsRefusedLeavesNothingBehind() {
    Budget small = new Budget(Purpose.SUBSCRIPTIONS, 400_000);
    TopicTree tree = new TopicTree(1, small);
    var one = new Charged(new Account("one"));
    int fit = 0;
    while (fit < 1_000 && tree.add(subscriber(one, fit + DEEP))) {
      fit++;
    }
    assertThat(fit).as("a quarter of 400 KB").isBetween(4, 12);
    assertThat(tree.size()).isEqualTo(fit);
    assertThat(tree.counts().filters()).isEqualTo(fit);
    long held = small.held();
    assertThat(held).isLessThanOrEqualTo(100_000);
    assertThat(tree.add(subscriber(one, "again" + DEEP))).isFalse();
    assertThat(small.held()).isEqualTo(held);
    assertThat(tree.hasSubscribersBelow("again")).isFalse();
  }

  private static final class Charged extends RecordingRecipient {
    private final Account account;

    Charged(Account account) {
      super(account.owner(), 0);
      this.account = account;
    }

    @Override
    public Account account() {
      return account;
    }
  }
}
