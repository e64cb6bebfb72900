package io.nanomq.trace;

import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import io.nanomq.router.TopicTree;
import io.nanomq.session.SessionRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The traces of one broker. While there is none, nothing is paid for them: what is told of messages
 * hangs on one flag, and messages are met where filters stand in the topic tree. Shared: all calls
 * hold its lock for a few steps.
 */
public final class Traces implements AutoCloseable {
  /** Traces that there may be at once. */
  public static final int MOST = 8;

  private final TopicTree tree;
  private final BrokerEvents events;
  private final SessionRegistry sessions;
  private final ScheduledExecutorService clock;
  private final Map<Long, Running> running = new LinkedHashMap<>();
  private long lastId;

  private static final class Running {
    final Trace trace;
    final ScheduledFuture<?> end;
    boolean looks;

    Running(Trace trace, ScheduledFuture<?> end) {
      this.trace = trace;
      this.end = end;
    }
  }

  /**
   * A trace that is on.
   *
   * @param lines that it has told
   * @param secondsLeft until it ends by itself
   */
  public record Status(long id, TraceTarget target, long lines, long secondsLeft) {}

  /**
   * @param clock ends traces when their time is over
   */
  public Traces(
      TopicTree tree,
      BrokerEvents events,
      SessionRegistry sessions,
      ScheduledExecutorService clock) {
    this.tree = tree;
    this.events = events;
    this.sessions = sessions;
    this.clock = clock;
  }

  /**
   * Prepares a trace, whose time begins.
   *
   * @return its number; empty where there are as many as there may be
   */
  public synchronized OptionalLong prepare(TraceTarget target) {
    if (running.size() >= MOST) {
      return OptionalLong.empty();
    }
    long id = ++lastId;
    var trace = new Trace(id, target, events, sessions, why -> end(id, why));
    running.put(
        id,
        new Running(
            trace, clock.schedule(() -> end(id, "time"), target.seconds(), TimeUnit.SECONDS)));
    return OptionalLong.of(id);
  }

  /**
   * Has a trace look, now that its reader is there: what it finds is told as {@link
   * BrokerEvent.Traced} with its number, and its end as {@link BrokerEvent.TraceEnded}, once more
   * where it has ended before.
   */
  public void look(long id) {
    synchronized (this) {
      Running one = running.get(id);
      if (one != null) {
        one.looks = true;
        tree.add(one.trace.target().published(), one.trace);
        events.tellMessages(one.trace, true);
        events.add(one.trace);
        return;
      }
    }
    events.tell(0, new BrokerEvent.TraceEnded(System.currentTimeMillis(), id, "time", 0));
  }

  public synchronized List<Status> list() {
    return running.entrySet().stream()
        .map(
            entry -> {
              Running one = entry.getValue();
              long left = Math.max(0, one.end.getDelay(TimeUnit.SECONDS));
              return new Status(entry.getKey(), one.trace.target(), one.trace.lines(), left);
            })
        .toList();
  }

  /**
   * Ends a trace.
   *
   * @param why told to its reader
   * @return false where there is none of that number
   */
  public boolean end(long id, String why) {
    Trace trace;
    synchronized (this) {
      Running ended = running.remove(id);
      if (ended == null) {
        return false;
      }
      trace = ended.trace;
      ended.end.cancel(false);
      if (ended.looks) {
        events.remove(trace);
        events.tellMessages(trace, false);
        tree.remove(trace.target().published(), trace);
      }
    }
    events.tell(0, new BrokerEvent.TraceEnded(System.currentTimeMillis(), id, why, trace.lines()));
    return true;
  }

  @Override
  public void close() {
    list().forEach(one -> end(one.id(), "stop"));
  }
}
