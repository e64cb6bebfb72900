package io.nanomq.api.event;

import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The events that one reader follows. What it does not take in time waits, up to a bound in events
 * and, with what waits for the other readers, in bytes; beyond that events are lost until all that
 * waits is gone, and an {@code overflow} tells how many.
 *
 * <p>Shared: loops add under a lock that is held for a few steps; everything is sent by one thread.
 */
final class EventStream
    implements BrokerEvents.Listener, Flow.Publisher<OutboundSseEvent>, Flow.Subscription {
  private final EventFilter filter;
  private final int capacity;
  private final EventMessages messages;
  private final BrokerEvents events;
  private final Executor thread;
  private final Runnable whenOver;
  private final AtomicInteger wakeUps = new AtomicInteger();
  // Guarded by the lock of this.
  private final ArrayDeque<BrokerEvent> waiting = new ArrayDeque<>();
  private Flow.@Nullable Subscriber<? super OutboundSseEvent> reader;
  private long lost;
  private long demand;
  private @Nullable OutboundSseEvent first;
  private Runnable whenFollowed = () -> {};
  private boolean commentDue = true;
  private boolean lastTaken;
  private boolean over;
  private boolean completed;

  /**
   * @param capacity events that may wait
   * @param thread one that everything is sent by
   * @param whenOver called once, when the reader is gone or the stream was ended
   */
  EventStream(
      EventFilter filter,
      int capacity,
      EventMessages messages,
      BrokerEvents events,
      Executor thread,
      Runnable whenOver) {
    this.filter = filter;
    this.capacity = capacity;
    this.messages = messages;
    this.events = events;
    this.thread = thread;
    this.whenOver = whenOver;
  }

  /**
   * Says something before all events, which begin then.
   *
   * @param data of an event of the name {@code begin}
   * @param followed called once, when no event is missed any more
   */
  synchronized EventStream beginsWith(Map<String, Object> data, Runnable followed) {
    first = messages.begin(data);
    whenFollowed = followed;
    return this;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super OutboundSseEvent> subscriber) {
    boolean isOver;
    synchronized (this) {
      reader = subscriber;
      isOver = over;
      if (!over) {
        events.add(this);
      }
    }
    subscriber.onSubscribe(this);
    if (isOver) {
      complete();
    } else {
      whenFollowed.run();
    }
  }

  // ---- from the loops

  @Override
  public boolean wants(BrokerEvent.Kind kind) {
    return filter.kinds().contains(kind);
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    if (!filter.passes(event)) {
      return;
    }
    synchronized (this) {
      if (over) {
        return;
      }
      // Once something is lost, everything is until the reader has what came before; but the end.
      if (event instanceof BrokerEvent.TraceEnded) {
        events.memory().add(null, event.bytes());
      } else if (lost > 0
          || waiting.size() >= capacity
          || !events.memory().take(null, 0, event.bytes())) {
        lost++;
        events.countLost();
        return;
      }
      waiting.add(event);
    }
    wake();
  }

  // ---- to the reader

  /** Sends a comment as soon as the reader takes one, so that a dead connection is noticed. */
  void beat() {
    synchronized (this) {
      commentDue = true;
    }
    wake();
  }

  @Override
  public void request(long count) {
    synchronized (this) {
      demand = Math.addExact(demand, Math.min(count, Integer.MAX_VALUE));
    }
    wake();
  }

  private void wake() {
    if (wakeUps.getAndIncrement() == 0) {
      thread.execute(this::send);
    }
  }

  private void send() {
    int seen = 1;
    do {
      for (OutboundSseEvent next = take(); next != null; next = take()) {
        Flow.@Nullable Subscriber<? super OutboundSseEvent> to = reader();
        if (to != null) {
          to.onNext(next);
        }
        if (isLastTaken()) {
          end();
        }
      }
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  private synchronized boolean isLastTaken() {
    return lastTaken;
  }

  private synchronized Flow.@Nullable Subscriber<? super OutboundSseEvent> reader() {
    return reader;
  }

  private @Nullable OutboundSseEvent take() {
    BrokerEvent event;
    long gap = 0;
    synchronized (this) {
      if (over || demand == 0) {
        return null;
      }
      if (commentDue) {
        commentDue = false;
        demand--;
        return messages.comment();
      }
      OutboundSseEvent beginning = first;
      if (beginning != null) {
        first = null;
        demand--;
        return beginning;
      }
      boolean isGapDue = lost > 0 && waiting.peek() instanceof BrokerEvent.TraceEnded;
      event = isGapDue ? null : waiting.poll();
      if (event == null) {
        gap = lost;
        lost = 0;
      }
      if (event == null && gap == 0) {
        return null;
      }
      demand--;
      lastTaken = event instanceof BrokerEvent.TraceEnded;
    }
    if (event != null) {
      events.memory().give(null, event.bytes());
    }
    return event == null ? messages.overflow(gap) : messages.of(event);
  }

  // ---- the end

  /** The reader is gone. */
  @Override
  public void cancel() {
    finish();
  }

  /** Ends the stream from this side. */
  void end() {
    if (finish()) {
      complete();
    }
  }

  private void complete() {
    Flow.@Nullable Subscriber<? super OutboundSseEvent> to;
    synchronized (this) {
      to = completed ? null : reader;
      completed |= to != null;
    }
    if (to != null) {
      thread.execute(to::onComplete);
    }
  }

  private boolean finish() {
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
      waiting.forEach(event -> events.memory().give(null, event.bytes()));
      waiting.clear();
    }
    events.remove(this);
    whenOver.run();
    return true;
  }
}
