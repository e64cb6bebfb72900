package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTreeTest {
  private final TurnBudget budget = new ManualLoops(1).context(0).budget();
  private static final int LOOPS = 3;

  private final TopicTree tree = new TopicTree(LOOPS, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
  private final RecordingRecipient client = new RecordingRecipient("client", 0);

  private static Subscriber subscriber(Recipient recipient, String filter) {
    return new Subscriber(recipient, new Subscription(filter, 1, false, false, 0, 0));
  }

  private Subscriber add(String filter) {
    Subscriber subscriber = subscriber(client, filter);
    tree.add(subscriber);
    return subscriber;
  }

  /** Everybody the match leads to, however often. */
  private static Map<Subscriber, Integer> subscribers(Match match) {
    Map<Subscriber, Integer> found = new HashMap<>();
    for (TopicNode node : match.nodes()) {
      for (int loop = 0; loop < LOOPS; loop++) {
        Object slot = node.slot(loop);
        if (slot instanceof Subscriber only) {
          found.merge(only, 1, Integer::sum);
        } else if (slot instanceof LoopSubscribers list) {
          for (int i = 0; i < list.size(); i++) {
            found.merge(list.get(i), 1, Integer::sum);
          }
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a, false",
    "a, a/b, false",
    "a/+, a/b, true",
    "a/+, a/, true",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "+, a, true",
    "+, /a, false",
    "/+, /a, true",
    "+/+, /a, true",
    "#, a, true",
    "#, a/b/c, true",
    "#, /, true",
    "a/#, a, true",
    "a/#, a/, true",
    "a/#, a/b/c, true",
    "a/#, ab, false",
    "+/#, a, true",
    "a/+/#, a, false",
    "a/+/#, a/b, true",
    "#, $SYS/x, false",
    "+/x, $SYS/x, false",
    "+/#, $SYS, false",
    "$SYS/#, $SYS/x, true",
    "$SYS/#, $SYS, true",
    "$SYS/+, $SYS/x, true",
    "a/+, a/$x, true",
    "A, a, false"
  })
  void filtersMatchAsTheSpecificationSays(String filter, String topic, boolean matches) {
    add(filter);
    assertThat(!tree.match(topic, budget).isEmpty()).isEqualTo(matches);
    assertThat(NaiveMatcher.matches(filter, topic)).as("naive twin").isEqualTo(matches);
  }

  @Property(tries = 500)
  void findsWhoANaiveMatcherFindsWhileSubscribersComeAndGo(@ForAll Random random) {
    TopicTree mixed = new TopicTree(LOOPS, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
    List<Subscriber> there = new ArrayList<>();
    for (int step = 0; step < 120; step++) {
      if (there.isEmpty() || random.nextInt(5) < 3) {
        Recipient recipient = new RecordingRecipient("r" + step, random.nextInt(LOOPS));
        Subscriber one = subscriber(recipient, NaiveMatcher.randomFilter(random));
        mixed.add(one);
        there.add(one);
      } else {
        mixed.remove(there.remove(random.nextInt(there.size())));
      }
      String topic = NaiveMatcher.randomTopic(random);
      Map<Subscriber, Integer> expected = new HashMap<>();
      there.stream()
          .filter(s -> NaiveMatcher.matches(s.filter(), topic))
          .forEach(s -> expected.put(s, 1));
      Match match = mixed.match(topic, budget);
      assertThat(subscribers(match)).as(topic).isEqualTo(expected);
      long loops =
          expected.keySet().stream()
              .mapToLong(s -> 1L << s.recipient().loopIndex())
              .reduce(0, (a, b) -> a | b);
      assertThat(match.loops()).isEqualTo(loops);
      assertThat(mixed.size()).isEqualTo(there.size());
    }
    there.forEach(mixed::remove);
    assertThat(mixed.size()).isZero();
    assertThat(isEmpty(mixed)).as("all nodes are pruned").isTrue();
  }

  /** An earlier match is right as long as the generation has not moved. */
  @Property(tries = 300)
  void whereTheGenerationStandsStillAnEarlierMatchMissesNobody(@ForAll Random random) {
    TopicTree mixed = new TopicTree(LOOPS, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
    List<Subscriber> there = new ArrayList<>();
    Map<String, Match> cached = new TreeMap<>();
    for (int step = 0; step < 100; step++) {
      if (there.isEmpty() || random.nextInt(5) < 3) {
        String filter = NaiveMatcher.randomFilter(random);
        boolean shared = random.nextInt(4) == 0;
        Subscriber one =
            subscriber(
                new RecordingRecipient("r", random.nextInt(LOOPS)),
                shared ? "$share/g" + random.nextInt(2) + "/" + filter : filter);
        mixed.add(one);
        there.add(one);
      } else {
        mixed.remove(there.remove(random.nextInt(there.size())));
      }
      String topic = NaiveMatcher.randomTopic(random);
      Match fresh = mixed.match(topic, budget);
      Match old = cached.put(topic, fresh);
      if (old != null && old.generation() == fresh.generation()) {
        assertThat(subscribers(old)).isEqualTo(subscribers(fresh));
        assertThat(old.groups()).containsExactlyInAnyOrder(fresh.groups());
        assertThat(old.loops()).isEqualTo(fresh.loops());
      }
    }
  }

  private static boolean isEmpty(TopicTree tree) {
    try {
      var root = TopicTree.class.getDeclaredField("root");
      root.setAccessible(true);
      return !((TopicNode) root.get(tree)).hasChildren();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theGenerationMovesWithTheFirstSubscriberOfALoopAndWithTheLast() {
    long start = tree.generation();
    Subscriber first = add("a/b");
    assertThat(tree.generation()).isGreaterThan(start);
    long filled = tree.generation();
    Subscriber second = add("a/b");
    tree.remove(first);
    assertThat(tree.generation()).as("nobody new is to be looked for").isEqualTo(filled);
    tree.add(subscriber(new RecordingRecipient("other loop", 1), "a/b"));
    assertThat(tree.generation()).isGreaterThan(filled);
    long both = tree.generation();
    tree.remove(second);
    assertThat(tree.generation()).isGreaterThan(both);
  }

  @Test
  void theGenerationMovesWithTheFirstMemberOfAGroupAndWithTheLast() {
    long start = tree.generation();
    Subscriber first = add("$share/g/a");
    assertThat(tree.generation()).isGreaterThan(start);
    long filled = tree.generation();
    Subscriber second = add("$share/g/a");
    tree.remove(first);
    assertThat(tree.generation()).isEqualTo(filled);
    tree.remove(second);
    assertThat(tree.generation()).isGreaterThan(filled);
    assertThat(isEmpty(tree)).isTrue();
  }

  @Test
  void aNodeWithSubscribersBelowItStays() {
    Subscriber parent = add("a");
    add("a/b");
    tree.remove(parent);
    assertThat(tree.match("a", budget).isEmpty()).isTrue();
    assertThat(tree.match("a/b", budget).isEmpty()).isFalse();
    assertThat(isEmpty(tree)).isFalse();
  }

  @Test
  void whoeverIsTakenOutIsInactiveAndTakingOutTwiceChangesNothing() {
    Subscriber one = add("a");
    add("a");
    tree.remove(one);
    tree.remove(one);
    assertThat(one.isActive()).isFalse();
    assertThat(tree.size()).isEqualTo(1);
    assertThat(subscribers(tree.match("a", budget))).hasSize(1);
  }

  @Test
  void whoseRecipientLeavesStaysInTheTreeUntilItIsTakenOut() {
    Subscriber one = add("a");
    one.recipient().leave();
    assertThat(one.isActive()).isFalse();
    assertThat(tree.size()).isEqualTo(1);
    tree.remove(one);
    assertThat(isEmpty(tree)).isTrue();
  }

  @Test
  void groupsAreToldApartByNameAndByFilter() {
    add("$share/g/a");
    add("$share/h/a");
    add("$share/g/+");
    add("$share/g/a");
    Match match = tree.match("a", budget);
    assertThat(match.groups()).hasSize(3).doesNotHaveDuplicates();
    assertThat(match.nodes()).isEmpty();
    assertThat(match.isEmpty()).isFalse();
    assertThat(tree.match("b", budget).groups()).hasSize(1);
  }

  @Test
  void aSharedFilterMayHaveEmptyLevels() {
    add("$share/g//a");
    assertThat(tree.match("/a", budget).groups()).hasSize(1);
    assertThat(tree.match("a", budget).isEmpty()).isTrue();
  }

  @Test
  void leadingWildcardsOfAGroupDoNotMatchSystemTopics() {
    add("$share/g/#");
    assertThat(tree.match("$SYS/a", budget).isEmpty()).isTrue();
    assertThat(tree.match("a", budget).isEmpty()).isFalse();
  }

  @Test
  void aFilterMayBeAsDeepAsAllowed() {
    String deep = "l/".repeat(127) + "end";
    add(deep);
    add("l/#");
    assertThat(tree.match(deep, budget).nodes()).hasSize(2);
  }

  @Test
  void filtersAndRecipientsAreCountedOnce() {
    Recipient other = new RecordingRecipient("other loop", 1);
    Subscriber first = add("a/b");
    Subscriber elsewhere = subscriber(other, "a/b");
    tree.add(elsewhere);
    Subscriber shared = add("$share/g/a/b");
    Subscriber member = subscriber(other, "$share/g/a/b");
    tree.add(member);
    add("$share/h/a/b");
    assertThat(tree.counts()).isEqualTo(new TopicTree.Counts(5, 3, 2));
    tree.remove(first);
    tree.remove(shared);
    assertThat(tree.counts()).isEqualTo(new TopicTree.Counts(3, 3, 2));
    tree.remove(elsewhere);
    tree.remove(member);
    tree.remove(member);
    assertThat(tree.counts()).isEqualTo(new TopicTree.Counts(1, 1, 1));
  }

  @Test
  void whetherAnybodySubscribesBelowALevel() {
    add("#");
    add("$share/g/+/x");
    assertThat(tree.hasSubscribersBelow("$SYS")).isFalse();
    Subscriber direct = add("$SYS/a/#");
    assertThat(tree.hasSubscribersBelow("$SYS")).isTrue();
    tree.remove(direct);
    assertThat(tree.hasSubscribersBelow("$SYS")).isFalse();
    Subscriber shared = add("$share/g/$SYS/#");
    assertThat(tree.hasSubscribersBelow("$SYS")).isTrue();
    tree.remove(shared);
    assertThat(tree.hasSubscribersBelow("$SYS")).isFalse();
  }
}
