package io.nanomq.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.metrics.AccessReason;
import io.nanomq.packet.TopicName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicVerdictsTest {
  private static final AccessVerdict YES = AccessVerdict.of(true, AccessReason.RULE);
  private static final AccessVerdict NO = AccessVerdict.of(false, AccessReason.RULE);

  /** Room for so many bytes. */
  private static final class Bytes implements AccessRoom {
    private final int most;
    private int taken;

    Bytes(int most) {
      this.most = most;
    }

    @Override
    public boolean take(int bytes) {
      boolean fits = taken + bytes <= most;
      taken += fits ? bytes : 0;
      return fits;
    }

    @Override
    public void give(int bytes) {
      taken -= bytes;
    }
  }

  @Test
  void whatItKnowsIsWhatWasAdded() {
    var room = new Bytes(1 << 20);
    var verdicts = new TopicVerdicts(64, room);
    Map<String, AccessVerdict> added = new HashMap<>();
    Random random = new Random(7);
    int found = 0;
    for (int i = 0; i < 10_000; i++) {
      TopicName topic = TopicName.of("t/" + random.nextInt(100));
      AccessVerdict known = verdicts.find(topic);
      if (known == null) {
        AccessVerdict verdict = random.nextBoolean() ? YES : NO;
        assertThat(verdicts.add(topic, verdict)).isTrue();
        added.put(topic.text(), verdict);
      } else {
        found++;
        assertThat(known).isSameAs(added.get(topic.text()));
      }
      assertThat(room.taken).isEqualTo(verdicts.bytes());
    }
    assertThat(found).isGreaterThan(3_000);
    assertThat(room.taken).isLessThan(64 * 120 + 64 + 2 * 64 * 8 + 64);
    verdicts.close();
    assertThat(room.taken).isZero();
  }

  @Test
  void allOfAFewAreRemembered() {
    var verdicts = new TopicVerdicts(1024, new Bytes(1 << 20));
    for (int i = 0; i < 100; i++) {
      assertThat(verdicts.add(TopicName.of("a/" + i), YES)).isTrue();
    }
    int known = 0;
    for (int i = 0; i < 100; i++) {
      known += verdicts.find(TopicName.of("a/" + i)) == null ? 0 : 1;
    }
    assertThat(known).isGreaterThan(90);
  }

  /** By chance three of four have a place; topics that are alike are no worse than that. */
  @ParameterizedTest
  @ValueSource(strings = {"plant/0001/sensor/%02d/value", "%d", "a/%d/b/c", "é/%x", "%d/t"})
  void asManyAsItHoldsNearlyFillIt(String form) {
    var verdicts = new TopicVerdicts(64, new Bytes(1 << 20));
    List<TopicName> topics =
        IntStream.range(0, 64).mapToObj(i -> TopicName.of(String.format(form, i))).toList();
    topics.forEach(topic -> verdicts.add(topic, YES));
    assertThat(topics.stream().filter(topic -> verdicts.find(topic) != null).count())
        .isGreaterThan(40);
  }

  @Test
  void withoutRoomNothingIsRemembered() {
    var none = new TopicVerdicts(64, new Bytes(10));
    assertThat(none.add(TopicName.of("a"), YES)).isFalse();
    assertThat(none.find(TopicName.of("a"))).isNull();
    var room = new Bytes(300);
    var few = new TopicVerdicts(64, room);
    for (int i = 0; i < 50; i++) {
      few.add(TopicName.of("a" + i), YES);
      assertThat(room.taken).isLessThanOrEqualTo(300);
    }
    assertThat(new TopicVerdicts(0, new Bytes(1 << 20)).add(TopicName.of("a"), YES)).isFalse();
    String endless = "x".repeat(TopicVerdicts.MAX_BYTES + 1);
    assertThat(new TopicVerdicts(64, new Bytes(1 << 20)).add(TopicName.of(endless), YES)).isFalse();
  }
}
