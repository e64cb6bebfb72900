package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Messages of many publishers to many subscribers on several loops, at random. */
class FanOutPropertyTest {
  private static PublishMessage message(String topic, String payload, int qos, boolean retain) {
    return new PublishMessage(
        TopicName.of(topic),
        payload.getBytes(StandardCharsets.UTF_8),
        new byte[0],
        qos,
        retain,
        PublishMessage.NEVER);
  }

  @Property(tries = 100)
  void everySubscriberGetsEachPublishersMessagesOnceAndInOrder(@ForAll Random random) {
    ManualLoops several = new ManualLoops(3);
    Router mixed =
        new Router(
            several.contexts(),
            () -> 20,
            () -> false,
            () -> ShareStrategy.ROUND_ROBIN,
            new MemoryBudgets(1L << 36, 0));
    Map<RecordingRecipient, List<String>> filters = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      RecordingRecipient one = new RecordingRecipient("r" + i, random.nextInt(3));
      List<String> own = new ArrayList<>();
      for (int f = random.nextInt(3); f >= 0; f--) {
        String filter = NaiveMatcher.randomFilter(random);
        if (!own.contains(filter)) {
          own.add(filter);
          mixed.tree().add(new Subscriber(one, new Subscription(filter, 0, false, false, 0, 0)));
        }
      }
      filters.put(one, own);
    }
    Map<RecordingRecipient, Map<Integer, List<String>>> expected = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      int loop = random.nextInt(3);
      String topic = NaiveMatcher.randomTopic(random);
      String payload = loop + ":" + i;
      FanOut fanOut = mixed.fanOut(loop);
      fanOut.outgoing().begin(message(topic, payload, 1, false), 0);
      fanOut.publish(mixed.cache(loop).findAtOnce(TopicName.of(topic)), null);
      fanOut.outgoing().end();
      filters.forEach(
          (one, own) -> {
            if (own.stream().anyMatch(filter -> NaiveMatcher.matches(filter, topic))) {
              expected
                  .computeIfAbsent(one, r -> new HashMap<>())
                  .computeIfAbsent(loop, l -> new ArrayList<>())
                  .add(payload);
            }
          });
      if (random.nextInt(4) == 0) {
        several.loop(random.nextInt(3)).runOne();
      }
    }
    several.runAll();
    filters.keySet().forEach(one -> assertGot(one, expected.getOrDefault(one, Map.of())));
    mixed.close();
  }

  private static void assertGot(RecordingRecipient one, Map<Integer, List<String>> expected) {
    for (int loop = 0; loop < 3; loop++) {
      String from = loop + ":";
      assertThat(one.payloads().stream().filter(p -> p.startsWith(from)))
          .containsExactlyElementsOf(expected.getOrDefault(loop, List.of()));
    }
  }
}
