package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recipients that do not take what they are given, or fail. */
class FanOutRefusalTest {
  private final ManualLoops loops = new ManualLoops(2);
  private final Router router =
      new Router(
          loops.contexts(),
          () -> 20,
          () -> false,
          () -> ShareStrategy.ROUND_ROBIN,
          new MemoryBudgets(1L << 36, 0));
  private ReasonCode result;

  @AfterEach
  void close() {
    router.close();
  }

  private RecordingRecipient recipient(int loop, String... filters) {
    var recipient = new RecordingRecipient("on " + loop, loop);
    for (String filter : filters) {
      var subscription = new Subscription(filter, 2, false, false, 0, 0);
      router.tree().add(new Subscriber(recipient, subscription));
    }
    return recipient;
  }

  private void publish(int loop, String topic, String payload) {
    var message =
        new PublishMessage(
            TopicName.of(topic),
            payload.getBytes(StandardCharsets.UTF_8),
            new byte[0],
            1,
            false,
            PublishMessage.NEVER);
    FanOut fanOut = router.fanOut(loop);
    fanOut.outgoing().begin(message, loops.nowMillis());
    try {
      result = fanOut.publish(router.cache(loop).findAtOnce(message.topic()), null);
    } finally {
      fanOut.outgoing().end();
    }
  }

  @Test
  void oneRecipientsFailureCostsOnlyThatRecipient() {
    RecordingRecipient broken = recipient(0, "a", "a/#");
    broken.onDelivery =
        () -> {
          throw new IllegalStateException("broken on purpose");
        };
    RecordingRecipient here = recipient(0, "a");
    RecordingRecipient overlapping = recipient(0, "a", "a/#");
    RecordingRecipient there = recipient(1, "a");
    publish(0, "a", "1");
    publish(1, "a", "2");
    loops.runAll();
    assertThat(List.of(here, overlapping, there))
        .allSatisfy(other -> assertThat(other.payloads()).containsExactlyInAnyOrder("1", "2"));
    assertThat(broken.failures).hasSize(2);
  }

  @Test
  void aPublisherHearsWhereNobodyHadRoom() {
    RecordingRecipient full = recipient(0, "a");
    full.refuses = DropReason.QUEUE_FULL;
    publish(0, "a", "1");
    assertThat(result).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    assertThat(full.drops).containsExactly(DropReason.QUEUE_FULL);
    RecordingRecipient small = recipient(0, "b");
    small.refuses = DropReason.TOO_LARGE;
    publish(0, "b", "1");
    assertThat(result).as("as if it had been sent [MQTT-3.1.2-25]").isEqualTo(ReasonCode.SUCCESS);
    recipient(0, "a");
    publish(0, "a", "2");
    assertThat(result).as("somebody had").isEqualTo(ReasonCode.SUCCESS);
    assertThat(full.drops).hasSize(2);
    publish(0, "c", "1");
    assertThat(result).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
  }

  @Test
  void whatAnotherLoopDoesWithAMessageIsNotWaitedFor() {
    RecordingRecipient full = recipient(1, "a");
    full.refuses = DropReason.MEMORY_FULL;
    publish(0, "a", "1");
    assertThat(result).isEqualTo(ReasonCode.SUCCESS);
    loops.runAll();
    assertThat(full.drops).containsExactly(DropReason.MEMORY_FULL);
  }

  @Test
  void whatAMemberDoesNotTakeGoesToAnotherWhereverItLives() {
    List<RecordingRecipient> refusing =
        List.of(recipient(0, "$share/g/a"), recipient(1, "$share/g/a"), recipient(0, "$share/g/a"));
    refusing.forEach(member -> member.refuses = DropReason.TOO_LARGE);
    RecordingRecipient taking = recipient(1, "$share/g/a");
    for (int i = 0; i < 8; i++) {
      publish(i % 2, "a", "" + i);
      loops.runAll();
    }
    assertThat(taking.got).hasSize(8);
    assertThat(refusing).allMatch(member -> member.drops.isEmpty());
  }

  @Test
  void whatNoMemberTakesIsDroppedOnceAndAfterSoManyTries() {
    List<RecordingRecipient> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RecordingRecipient member = recipient(i % 2, "$share/g/a");
      member.refuses = DropReason.QUEUE_FULL;
      all.add(member);
    }
    publish(0, "a", "1");
    loops.runAll();
    assertThat(all.stream().mapToInt(member -> member.drops.size()).sum()).isEqualTo(1);
    recipient(0, "$share/h/b").refuses = DropReason.QUEUE_FULL;
    publish(0, "b", "1");
    assertThat(result).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
  }

  @Test
  void aMemberWhosePacketsMayBeLargeEnoughIsAskedFirst() {
    List<RecordingRecipient> small = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      RecordingRecipient member = recipient(i % 2, "$share/g/a");
      member.maxPacketBytes = 20;
      member.refuses = DropReason.TOO_LARGE;
      small.add(member);
    }
    RecordingRecipient large = recipient(0, "$share/g/a");
    large.online = false;
    for (int i = 0; i < 31; i++) {
      publish(0, "a", "x".repeat(50));
    }
    assertThat(large.got).hasSize(31);
    large.maxPacketBytes = 20;
    large.refuses = DropReason.TOO_LARGE;
    publish(0, "a", "x".repeat(50));
    loops.runAll();
    assertThat(small.stream().mapToInt(member -> member.drops.size()).sum() + large.drops.size())
        .isEqualTo(1);
    assertThat(result).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void theOnlyRecipientOfAnotherLoopMaySayBeforehandThatItIsFull() {
    RecordingRecipient there = recipient(1, "a", "$share/g/s");
    there.full = true;
    router.fanOut(1).addFull(1);
    for (String topic : List.of("a", "s")) {
      publish(0, topic, "1");
      assertThat(result).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
    }
    loops.runAll();
    assertThat(there.got).isEmpty();
    assertThat(loops.context(0).counters().drops(DropReason.QUEUE_FULL)).isEqualTo(2);
    recipient(1, "a");
    publish(0, "a", "2");
    assertThat(result).as("nothing is known of several").isEqualTo(ReasonCode.SUCCESS);
    there.full = false;
    router.fanOut(1).addFull(-1);
    publish(0, "s", "3");
    loops.runAll();
    assertThat(there.payloads()).containsExactly("2", "3");
  }

  @Test
  void aMemberThatIsFullIsPassedOver() {
    RecordingRecipient full = recipient(0, "$share/g/a");
    full.full = true;
    RecordingRecipient other = recipient(1, "$share/g/a");
    for (int i = 0; i < 4; i++) {
      publish(0, "a", "" + i);
    }
    loops.runAll();
    assertThat(other.got).hasSize(4);
  }
}
