package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import java.util.List;

/** How much may wait for the other broker, in all queues of a bridge together. */
@LoopConfined
final class QueueRoom {
  /**
   * How much may wait for the other broker.
   *
   * @param messages that may wait
   * @param bytes that they may cost
   * @param dropsOldest whether the oldest goes for a new one; else the new one is refused
   * @param keepQos0 whether QoS 0 messages wait while there is no connection
   */
  record Bounds(int messages, long bytes, boolean dropsOldest, boolean keepQos0) {
    static Bounds of(BridgeConf.Habits habits) {
      return new Bounds(
          habits.sendQueue(), habits.sendQueueBytes(), habits.dropsOldest(), habits.keepQos0());
    }
  }

  private final Runnable changed;
  // configuration
  private Bounds bounds;
  private List<Outbox> boxes = List.of();

  /**
   * @param changed is told where there may be room, or none any more
   */
  QueueRoom(Bounds bounds, Runnable changed) {
    this.bounds = bounds;
    this.changed = changed;
  }

  void bounds(Bounds now) {
    bounds = now;
  }

  void boxes(List<Outbox> now) {
    boxes = now;
  }

  boolean keepsQos0() {
    return bounds.keepQos0();
  }

  boolean dropsOldest() {
    return bounds.dropsOldest();
  }

  boolean isFull() {
    return queued() >= bounds.messages() || queuedBytes() >= bounds.bytes();
  }

  int queued() {
    int queued = 0;
    for (int i = 0; i < boxes.size(); i++) {
      queued += boxes.get(i).queued();
    }
    return queued;
  }

  long queuedBytes() {
    long bytes = 0;
    for (int i = 0; i < boxes.size(); i++) {
      bytes += boxes.get(i).queuedBytes();
    }
    return bytes;
  }

  int inflight() {
    int inflight = 0;
    for (int i = 0; i < boxes.size(); i++) {
      inflight += boxes.get(i).inflight();
    }
    return inflight;
  }

  /** Makes room where the oldest message goes for a new one: that of the longest queue. */
  void makeRoom() {
    while (dropsOldest() && isFull()) {
      Outbox longest = boxes.get(0);
      for (Outbox box : boxes) {
        longest = box.queued() > longest.queued() ? box : longest;
      }
      if (!longest.dropOldest()) {
        return;
      }
    }
  }

  void changed() {
    changed.run();
  }
}
