package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TopicHashTest {
  @Property
  void bufferAndArrayAgree(
      @ForAll @Size(max = 70) byte[] topic, @ForAll @IntRange(max = 9) int offset) {
    ByteBuf heap = Unpooled.buffer().writeZero(offset).writeBytes(topic).writeByte(1);
    ByteBuf direct = Unpooled.directBuffer().writeZero(offset).writeBytes(topic).writeByte(2);
    long hash = TopicHash.of(topic);
    assertThat(TopicHash.of(heap, offset, topic.length)).isEqualTo(hash);
    assertThat(TopicHash.of(direct, offset, topic.length)).isEqualTo(hash);
    assertThat(TopicHash.equal(topic, heap, offset, topic.length)).isTrue();
    assertThat(TopicHash.equal(topic, direct, offset, topic.length)).isTrue();
    direct.release();
  }

  @Property
  void oneByteThatDiffersIsSeen(@ForAll @Size(min = 1, max = 70) byte[] topic, @ForAll int place) {
    byte[] other = topic.clone();
    other[Math.floorMod(place, topic.length)] ^= 0x20;
    ByteBuf in = Unpooled.wrappedBuffer(other);
    assertThat(TopicHash.equal(topic, in, 0, other.length)).isFalse();
    assertThat(TopicHash.of(topic)).isNotEqualTo(TopicHash.of(other));
    byte[] shorter = Arrays.copyOf(topic, topic.length - 1);
    assertThat(TopicHash.equal(shorter, Unpooled.wrappedBuffer(topic), 0, topic.length)).isFalse();
  }

  @Test
  void topicsOfOneFleetSpreadOverTheLowBits() {
    Set<Long> places = new HashSet<>();
    for (int i = 0; i < 16_384; i++) {
      places.add(TopicHash.of(("fleet/vehicle-" + i + "/state").getBytes()) & 16_383);
    }
    // Thrown at random, 63 % of the places are hit.
    assertThat(places.size()).isGreaterThan(9_500);
  }
}
