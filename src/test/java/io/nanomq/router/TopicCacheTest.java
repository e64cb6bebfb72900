package io.nanomq.router;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.TOPIC_NAME_INVALID;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.Bytes;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCacheTest {
  private static final int MAX_LEVELS = 4;

  private final AtomicInteger maxLevels = new AtomicInteger(MAX_LEVELS);
  private final TopicTree tree = new TopicTree(1, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
  private final ManualLoops loops = new ManualLoops(1);
  private final TopicCache cache =
      new TopicCache(tree, maxLevels::get, 16_384, 1L << 30, loops.context(0));

  private static Route find(TopicCache cache, String topic) {
    ByteBuf in = Unpooled.buffer().writeByte(9).writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    return cache.find(in.writeByte(9), 1, in.writerIndex() - 2, cache);
  }

  private Route find(String topic) {
    return find(cache, topic);
  }

  private Subscriber subscribe(String filter) {
    var recipient = new RecordingRecipient("r", 0);
    Subscriber one = new Subscriber(recipient, new Subscription(filter, 0, false, false, 0, 0));
    tree.add(one);
    return one;
  }

  @Test
  void aTopicThatComesAgainHasTheSameRoute() {
    subscribe("a/+");
    Route first = find("a/b");
    assertThat(first.topic().text()).isEqualTo("a/b");
    assertThat(first.match.isEmpty()).isFalse();
    assertThat(find("a/b")).isSameAs(first);
    assertThat(cache.findAtOnce(TopicName.of("a/b"))).isSameAs(first);
    assertThat(find("a/c")).isNotSameAs(first);
  }

  @Test
  void aLowerLimitHoldsForTopicsThatAreRememberedToo() {
    Route first = find("a/b/c");
    maxLevels.set(2);
    assertRejected(TOPIC_NAME_INVALID, () -> find("a/b/c"));
    maxLevels.set(3);
    assertThat(find("a/b/c")).isSameAs(first);
  }

  @Test
  void aTopicThatIsKnownToBeLegalIsFoundByItsBytesLater() {
    Route first = cache.findAtOnce(TopicName.of("ä/b"));
    assertThat(find("ä/b")).isSameAs(first);
  }

  @Test
  void theMatchIsMadeAnewWhenTheTreeHasChanged() {
    Route route = find("a");
    assertThat(route.match.isEmpty()).isTrue();
    Subscriber one = subscribe("a");
    assertThat(find("a")).isSameAs(route);
    assertThat(route.match.isEmpty()).isFalse();
    tree.remove(one);
    assertThat(cache.findAtOnce(TopicName.of("a")).match.isEmpty()).isTrue();
  }

  @Test
  void theMatchIsKeptWhileTheTreeHasNotChanged() {
    subscribe("a");
    Match match = find("a").match;
    subscribe("a");
    assertThat(find("a").match).isSameAs(match);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "#", "a/+/b", "a#", "1/2/3/4/5", "////"})
  void namesThatAreNotLegalAreRefused(String topic) {
    assertRejected(TOPIC_NAME_INVALID, () -> find(topic));
    assertRejected(TOPIC_NAME_INVALID, () -> find(topic));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "6100", "eda080", "c080", "2f2fc3"})
  void illFormedTextIsRefused(String hex) {
    ByteBuf in = Bytes.hex(hex);
    assertRejected(MALFORMED_PACKET, () -> cache.find(in, 0, in.writerIndex(), this));
  }

  @Test
  void aNameMayHaveAsManyLevelsAsAllowed() {
    assertThat(find("1/2/3/4").topic().text()).isEqualTo("1/2/3/4");
    assertThat(find("///").topic().text()).isEqualTo("///");
  }

  @Test
  void moreTopicsThanItHoldsAreFoundAllTheSame() {
    subscribe("t/+");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 60_000; i++) {
        Route route = find("t/" + i);
        if (!route.topic().text().equals("t/" + i) || route.match.isEmpty()) {
          assertThat(route.topic().text()).isEqualTo("t/" + i);
          assertThat(route.match.isEmpty()).isFalse();
        }
      }
    }
  }

  @Test
  void topicsThatNeverComeAgainAreNoLongerKept() {
    IntStream.range(0, 5_000).forEach(i -> find("once/" + i));
    Route route = find("late");
    assertThat(find("late")).as("it has turned itself off").isNotSameAs(route);
  }

  @Test
  void topicsThatDoComeAgainAreKeptForGood() {
    for (int i = 0; i < 20_000; i++) {
      find("once/" + i);
      find("again");
      find("again");
    }
    Route route = find("late");
    assertThat(find("late")).isSameAs(route);
  }

  @Property(tries = 50)
  void alwaysFindsWhatTheTreeFinds(@ForAll Random random) {
    TopicTree mixed = new TopicTree(1, new Budget(Purpose.SUBSCRIPTIONS, 1L << 36));
    TopicCache small = new TopicCache(mixed, () -> 10, 16_384, 1L << 30, loops.context(0));
    Map<String, Subscriber> there = new HashMap<>();
    for (int step = 0; step < 400; step++) {
      String filter = NaiveMatcher.randomFilter(random);
      Subscriber gone = there.remove(filter);
      if (gone != null) {
        mixed.remove(gone);
      } else if (random.nextInt(4) == 0) {
        Subscription subscription = new Subscription(filter, 0, false, false, 0, 0);
        there.put(filter, new Subscriber(new RecordingRecipient("r", 0), subscription));
        mixed.add(there.get(filter));
      }
      String topic = NaiveMatcher.randomTopic(random);
      Route route =
          random.nextBoolean() ? find(small, topic) : small.findAtOnce(TopicName.of(topic));
      assertThat(route.topic().text()).isEqualTo(topic);
      long expected = there.keySet().stream().filter(f -> NaiveMatcher.matches(f, topic)).count();
      assertThat(route.match.nodes()).hasSize((int) expected);
    }
  }

  /** Thousands of filters that match each topic must not be remembered thousands of times. */
  @Test
  void matchesCountAmongWhatIsRemembered() {
    long most = 1_000_000;
    TopicCache small = new TopicCache(tree, () -> 100, 4_096, most, loops.context(0));
    RecordingRecipient wide = new RecordingRecipient("wide", 0);
    for (int i = 0; i < 128; i++) {
      StringBuilder filter = new StringBuilder();
      for (int bit = 0; bit < 7; bit++) {
        filter.append((i >> bit & 1) == 0 ? "x/" : "+/");
      }
      tree.add(
          new Subscriber(
              wide, new Subscription(filter.append("+").toString(), 0, false, false, 0, 0)));
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 500; i++) {
        assertThat(find(small, "x/x/x/x/x/x/x/" + i).match.nodes()).hasSize(128);
        assertThat(small.bytes()).isBetween(12_000L, most);
      }
    }
    Route last = find(small, "x/x/x/x/x/x/x/499");
    assertThat(find(small, "x/x/x/x/x/x/x/499")).as("the last ones are there").isSameAs(last);
    // One that matches much more than before is forgotten where it does not fit any more.
    TopicCache narrow = new TopicCache(tree, () -> 100, 64, 5_000, loops.context(0));
    Route plain = find(narrow, "y");
    assertThat(find(narrow, "y")).isSameAs(plain);
    for (int i = 0; i < 64; i++) {
      String group = "$share/" + i + "/y";
      tree.add(new Subscriber(wide, new Subscription(group, 0, false, false, 0, 0)));
    }
    assertThat(find(narrow, "y").match.groups()).hasSize(64);
    assertThat(narrow.bytes()).isZero();
  }
}
