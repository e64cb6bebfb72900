package io.nanomq.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeliveryQueueTest {
  private static Delivery delivery(Random random) {
    int bytes = random.nextInt(1_000);
    int identifiers = random.nextInt(4);
    long expires = random.nextBoolean() ? PublishMessage.NEVER : random.nextInt(1_000);
    TopicName topic = TopicName.of("t");
    byte[] none = new byte[0];
    PublishMessage message = new PublishMessage(topic, new byte[bytes], none, 1, false, expires);
    return new Delivery(message, 1, false, identifiers == 0 ? null : new int[identifiers], null, 0);
  }

  @Property(tries = 300)
  void isAQueueThatKnowsWhatItsMessagesHold(@ForAll Random random) {
    DeliveryQueue queue = new DeliveryQueue();
    ArrayDeque<Delivery> twin = new ArrayDeque<>();
    for (int step = 0; step < 200; step++) {
      if (random.nextInt(20) == 0) {
        long now = random.nextInt(1_000);
        List<Delivery> gone = new ArrayList<>();
        queue.removeExpired(now, gone::add);
        assertThat(gone)
            .containsExactlyElementsOf(twin.stream().filter(d -> d.isExpired(now)).toList());
        twin.removeAll(gone);
      } else if (random.nextInt(5) == 0) {
        assertThat(queue.pollLast()).isSameAs(twin.pollLast());
      } else if (random.nextBoolean()) {
        Delivery one = delivery(random);
        queue.add(one);
        twin.add(one);
      } else {
        assertThat(queue.poll()).isSameAs(twin.poll());
      }
      assertThat(queue.first()).isSameAs(twin.peek());
      assertThat(queue.size()).isEqualTo(twin.size());
      assertThat(queue.isEmpty()).isEqualTo(twin.isEmpty());
      long bytes = twin.stream().mapToLong(DeliveryQueueTest::held).sum();
      assertThat(queue.bytes()).isEqualTo(bytes);
      long earliest =
          twin.stream().mapToLong(Delivery::expiresAtMillis).min().orElse(PublishMessage.NEVER);
      assertThat(queue.expiresAtMillis()).isLessThanOrEqualTo(earliest);
    }
  }

  private static long held(Delivery delivery) {
    int[] numbers = delivery.identifiers;
    int own = numbers == null ? 0 : HeapBytes.references(numbers.length);
    return 96L + own + delivery.message.retainedBytes();
  }
}
