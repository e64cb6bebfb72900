package io.nanomq.metrics;

import java.util.EnumMap;
import java.util.Map;

/**
 * What all loops had counted when they were asked: a value that any thread may keep.
 *
 * @param drops one for each reason; only read
 */
public record CounterSnapshot(
    long connectionsAccepted,
    long connectionsClosed,
    long packetsReceived,
    long publishesReceived,
    long publishesSent,
    long deliveriesQueued,
    Map<DropReason, Long> drops) {
  /** Before anything was counted. */
  public static final CounterSnapshot NONE = of(new LoopCounters());

  static CounterSnapshot of(LoopCounters counters) {
    var drops = new EnumMap<DropReason, Long>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      drops.put(reason, counters.drops(reason));
    }
    return new CounterSnapshot(
        counters.connectionsAccepted,
        counters.connectionsClosed,
        counters.packetsReceived,
        counters.publishesReceived,
        counters.publishesSent,
        counters.deliveriesQueued,
        drops);
  }

  public long drops(DropReason reason) {
    return drops.getOrDefault(reason, 0L);
  }

  /** Messages that did not reach a subscriber; sockets that were not served are not among them. */
  public long messagesDropped() {
    long sum = 0;
    for (Map.Entry<DropReason, Long> drop : drops.entrySet()) {
      sum += drop.getKey().isOfMessages() ? drop.getValue() : 0;
    }
    return sum;
  }
}
