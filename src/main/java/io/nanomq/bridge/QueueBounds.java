package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.queue.DeliveryQueue;

/**
 * How much may wait for the other broker.
 *
 * @param messages that may wait
 * @param bytes that they may cost
 * @param dropsOldest whether the oldest goes for a new one; else the new one is refused
 * @param keepQos0 whether QoS 0 messages wait while there is no connection
 */
record QueueBounds(int messages, long bytes, boolean dropsOldest, boolean keepQos0) {
  static QueueBounds of(BridgeConf.Habits habits) {
    return new QueueBounds(
        habits.sendQueue(), habits.sendQueueBytes(), habits.dropsOldest(), habits.keepQos0());
  }

  boolean isFull(DeliveryQueue queue) {
    return queue.size() >= messages || queue.bytes() >= bytes;
  }
}
