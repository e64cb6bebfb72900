package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionStore;
import io.nanomq.retained.ReplayQueue;
import io.nanomq.retained.RetainedCursor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Retained messages that one client still has to get, sent as far as socket and window take. */
@LoopConfined
final class RetainedReplays {
  private static final int AGAIN_MILLIS = 100;

  private final Session session;
  private final SessionContext context;
  private final LoopContext loop;
  private final Deliveries deliveries;
  private final InflightDeliveries inflight;
  private @Nullable ReplayQueue replays;
  private boolean scheduled;
  // What the way through the store takes of the session's memory; 0 = none is under way.
  private int bytes;

  RetainedReplays(
      Session session, SessionContext context, Deliveries deliveries, InflightDeliveries inflight) {
    this.session = session;
    this.context = context;
    this.loop = session.loop();
    this.deliveries = deliveries;
    this.inflight = inflight;
  }

  boolean isEmpty() {
    return replays == null;
  }

  /** Adds those of a subscription, anew where some of them were sent. */
  void add(String filter, RetainedCursor cursor, int qos, int @Nullable [] identifiers) {
    ReplayQueue waiting = replays;
    if (waiting == null) {
      waiting = new ReplayQueue();
      replays = waiting;
    }
    waiting.add(filter, new ReplayQueue.RetainedReplay(cursor, qos, identifiers));
  }

  /** Sends no more retained messages of a subscription that is gone. */
  void remove(String filter) {
    ReplayQueue waiting = replays;
    if (waiting != null) {
      waiting.remove(filter);
      end(waiting);
    }
  }

  private void end(ReplayQueue waiting) {
    if (waiting.first() == null) {
      replays = null;
      session.memory().give(bytes);
      bytes = 0;
    }
  }

  /**
   * One is to begin, or to go on. There is one at a time, whatever the client subscribes to.
   *
   * @return whether there is room for its way through the store
   */
  private boolean hasRoom() {
    if (bytes == 0) {
      int needed = RetainedCursor.bytes(context.conf().client().maxTopicLevels());
      bytes = session.memory().take(needed) ? needed : 0;
    }
    return bytes > 0;
  }

  /** Goes on with what is to be replayed, behind the SUBACK: many clients expect it first. */
  void send(PacketWriter socket) {
    ReplayQueue waiting = replays;
    if (waiting == null || socket.awaitsSubAck()) {
      return;
    }
    ReplayQueue.RetainedReplay replay = waiting.first();
    if (replay != null && replay.cursor().isEarly() || !hasRoom()) {
      again();
      return;
    }
    TurnBudget budget = loop.budget();
    while (replay != null && !inflight.isFull() && socket.isWritable()) {
      if (budget.isUsedUp()) {
        deliveries.pumpNextTurn(0);
        return;
      }
      if (replay.qos() > 0 && session.records != null && awaitsStore(context.store())) {
        again();
        return;
      }
      PublishMessage message = replay.cursor().next(loop.nowMillis());
      budget.spend((long) replay.cursor().visited() * TurnBudget.VISIT);
      if (message == null) {
        if (replay.cursor().isDone()) {
          waiting.removeFirst();
          replay = waiting.first();
        }
      } else if (!session.holdsBack(message.topic())) {
        int qos = Math.min(message.qos(), replay.qos());
        deliveries.sendRetained(socket, message, qos, replay.identifiers());
      }
    }
    end(waiting);
  }

  /**
   * Whether there is no room now for a message that the store keeps for this session alone until it
   * is acknowledged: what is retained can be sent later.
   */
  private boolean awaitsStore(SessionStore store) {
    return store.isBehind(Integer.MAX_VALUE)
        || store.isFullOfMessages()
        || deliveries.hasShareOf(store);
  }

  /** Others go through the store, and stop: then there is room. */
  private void again() {
    if (!scheduled) {
      scheduled = true;
      loop.eventLoop()
          .schedule(
              () -> {
                scheduled = false;
                deliveries.pumpNextTurn(0);
              },
              AGAIN_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }
}
