package io.nanomq.metrics;

import java.util.EnumMap;
import java.util.Map;

/**
 * What all loops had counted when they were asked: a value that any thread may keep.
 *
 * @param drops one for each reason; only read
 * @param allowed decisions that clients may do something, by what decided; only read
 * @param denied what clients did and were denied, by what decided; only read
 */
public record CounterSnapshot(
    long connectionsAccepted,
    long connectionsClosed,
    long packetsReceived,
    long publishesReceived,
    long publishesSent,
    long deliveriesQueued,
    Map<DropReason, Long> drops,
    Map<AccessReason, Long> allowed,
    Map<AccessReason, Long> denied) {
  /** Before anything was counted. */
  public static final CounterSnapshot NONE = of(new LoopCounters());

  static CounterSnapshot of(LoopCounters counters) {
    var drops = new EnumMap<DropReason, Long>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      drops.put(reason, counters.drops(reason));
    }
    var allowed = new EnumMap<AccessReason, Long>(AccessReason.class);
    var denied = new EnumMap<AccessReason, Long>(AccessReason.class);
    for (AccessReason reason : AccessReason.values()) {
      allowed.put(reason, counters.allowed(reason));
      denied.put(reason, counters.denied(reason));
    }
    return new CounterSnapshot(
        counters.connectionsAccepted,
        counters.connectionsClosed,
        counters.packetsReceived,
        counters.publishesReceived,
        counters.publishesSent,
        counters.deliveriesQueued,
        drops,
        allowed,
        denied);
  }

  public long drops(DropReason reason) {
    return drops.getOrDefault(reason, 0L);
  }

  public long allowed(AccessReason reason) {
    return allowed.getOrDefault(reason, 0L);
  }

  public long denied(AccessReason reason) {
    return denied.getOrDefault(reason, 0L);
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
