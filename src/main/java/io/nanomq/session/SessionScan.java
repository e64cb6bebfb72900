package io.nanomq.session;

import io.nanomq.loop.BatchReader;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reads many sessions batch by batch: for each batch every loop reads some of its own sessions, in
 * one task that is short whatever they hold. Nothing is copied ahead. Sessions that are there all
 * the while are met once; those that come or go meanwhile are met once or not at all.
 *
 * <p>Used by one caller at a time, and by the loops only while that caller waits for a batch.
 */
final class SessionScan<T> implements BatchReader<T> {
  /** Sessions that wait for the loops at once. */
  static final int SESSIONS = 256;

  /** Elements that one task on a loop reads. */
  static final int ELEMENTS = 1024;

  private final EventLoops loops;
  private final Iterator<Session> rest;
  private final List<LoopPart<T>> parts = new ArrayList<>();

  /**
   * @param from the sessions; read by the caller's threads
   * @param reader values of one session; called and read on that session's loop, maybe in several
   *     tasks
   */
  SessionScan(Iterator<Session> from, EventLoops loops, Function<Session, Iterator<T>> reader) {
    this.rest = from;
    this.loops = loops;
    for (int i = 0; i < loops.size(); i++) {
      parts.add(new LoopPart<>(reader));
    }
  }

  @Override
  public CompletionStage<Optional<List<T>>> next() {
    refill();
    CompletableFuture<List<T>> all = null;
    for (LoopContext loop : loops.all()) {
      LoopPart<T> part = parts.get(loop.index());
      if (!part.isDone()) {
        var read = CompletableFuture.supplyAsync(() -> part.read(loop), loop.eventLoop());
        all = all == null ? read : all.thenCombine(read, SessionScan::joined);
      }
    }
    return all == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : all.thenApply(Optional::of);
  }

  private void refill() {
    int waiting = parts.stream().mapToInt(part -> part.waiting.size()).sum();
    for (; waiting < SESSIONS && rest.hasNext(); waiting++) {
      Session session = rest.next();
      parts.get(session.loopIndex()).waiting.add(session);
    }
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    one.addAll(other);
    return one;
  }

  /** The sessions of one loop that wait, and the one that is being read. */
  private static final class LoopPart<T> {
    private final ArrayDeque<Session> waiting = new ArrayDeque<>();
    private final Function<Session, Iterator<T>> reader;
    private Iterator<T> open = List.<T>of().iterator();
    private boolean hasOpen;

    LoopPart(Function<Session, Iterator<T>> reader) {
      this.reader = reader;
    }

    boolean isDone() {
      return waiting.isEmpty() && !hasOpen;
    }

    List<T> read(LoopContext loop) {
      List<T> values = new ArrayList<>();
      // At least one, whatever else the turn has done.
      while (values.size() < ELEMENTS
          && (values.isEmpty() || !loop.budget().isUsedUp())
          && (open.hasNext() || !waiting.isEmpty())) {
        if (open.hasNext()) {
          values.add(open.next());
        } else {
          open(waiting.remove());
        }
      }
      // Asked here, since the iterator may look at the session.
      hasOpen = open.hasNext();
      loop.budget().spend((long) values.size() * TurnBudget.VISIT);
      return values;
    }

    private void open(Session session) {
      if (session.isPrepared() && !session.hasEnded()) {
        open = reader.apply(session);
      }
    }
  }
}
