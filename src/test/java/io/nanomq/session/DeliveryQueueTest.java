package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeliveryQueueTest {
  private static Delivery delivery(int bytes, int identifiers) {
    TopicName topic = TopicName.of("t");
    byte[] none = new byte[0];
    PublishMessage message =
        new PublishMessage(topic, new byte[bytes], none, 1, false, PublishMessage.NEVER);
    return new Delivery(message, 1, false, identifiers == 0 ? null : new int[identifiers], null, 0);
  }

  @Property(tries = 300)
  void isAQueueThatKnowsWhatItsMessagesHold(@ForAll Random random) {
    DeliveryQueue queue = new DeliveryQueue();
    ArrayDeque<Delivery> twin = new ArrayDeque<>();
    for (int step = 0; step < 200; step++) {
      if (random.nextBoolean()) {
        Delivery one = delivery(random.nextInt(1_000), random.nextInt(4));
        queue.add(one);
        twin.add(one);
      } else {
        assertThat(queue.poll()).isSameAs(twin.poll());
      }
      assertThat(queue.peek()).isSameAs(twin.peek());
      assertThat(queue.size()).isEqualTo(twin.size());
      assertThat(queue.isEmpty()).isEqualTo(twin.isEmpty());
      long bytes = twin.stream().mapToLong(DeliveryQueueTest::held).sum();
      assertThat(queue.bytes()).isEqualTo(bytes);
    }
  }

  private static long held(Delivery delivery) {
    int[] numbers = delivery.identifiers;
    return delivery.message.retainedBytes() + (numbers == null ? 0 : 4L * numbers.length);
  }
}
