package io.nanomq.session;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.router.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which client identifier.
 *
 * <p>Shared: a concurrent map. A session is added and removed by the loop that owns it only; a loop
 * that finds one of another loop moves its socket there and looks again. What is inside a session
 * is read by tasks on its loop, a slice at a time.
 */
public final class SessionRegistry {
  /** Sessions that one task on a loop reads. */
  private static final int SLICE = 512;

  private final ConcurrentHashMap<String, Session> sessions = new ConcurrentHashMap<>();
  // As many as the map holds, or more for a moment: whoever wants to add takes a place first.
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final EventLoops loops;

  public SessionRegistry(EventLoops loops) {
    this.loops = loops;
  }

  public @Nullable Session find(String clientId) {
    return sessions.get(clientId);
  }

  /**
   * Adds a session unless another loop was quicker.
   *
   * @param most sessions that there may be
   * @return whether it was added
   * @throws ProtocolError 0x97 where there are as many as there may be
   */
  boolean tryAdd(Session session, int most) {
    boolean added = false;
    try {
      if (places.incrementAndGet() > most && !sessions.containsKey(session.clientId())) {
        throw new ProtocolError(ReasonCode.QUOTA_EXCEEDED, "as many sessions as there may be");
      }
      added = sessions.putIfAbsent(session.clientId(), session) == null;
      return added;
    } finally {
      if (!added) {
        places.decrementAndGet();
      }
    }
  }

  void remove(Session session) {
    if (sessions.remove(session.clientId(), session)) {
      places.decrementAndGet();
    }
  }

  public int size() {
    return sessions.size();
  }

  public int connectionCount() {
    return connections.get();
  }

  public void connectionOpened() {
    connections.incrementAndGet();
  }

  public void connectionClosed() {
    connections.decrementAndGet();
  }

  /** All sessions, connected or not, in no order. */
  public CompletionStage<List<ClientSnapshot>> clients() {
    return collect(sessions.values(), (session, to) -> to.add(session.snapshot()));
  }

  /** The session of that client as a list of one, or of none. */
  public CompletionStage<List<ClientSnapshot>> client(String clientId) {
    return collect(only(clientId), (session, to) -> to.add(session.snapshot()));
  }

  /** All subscriptions of all sessions. */
  public CompletionStage<List<SubscriptionSnapshot>> subscriptions() {
    return collect(sessions.values(), SessionRegistry::addSubscriptions);
  }

  public CompletionStage<List<SubscriptionSnapshot>> subscriptions(String clientId) {
    return collect(only(clientId), SessionRegistry::addSubscriptions);
  }

  private List<Session> only(String clientId) {
    Session session = sessions.get(clientId);
    return session == null ? List.of() : List.of(session);
  }

  private static void addSubscriptions(Session session, List<SubscriptionSnapshot> to) {
    for (Subscriber s : session.subscriptions()) {
      to.add(new SubscriptionSnapshot(session.clientId(), s.filter(), s.qos()));
    }
  }

  private <T> CompletionStage<List<T>> collect(
      Iterable<Session> from, BiConsumer<Session, List<T>> reader) {
    List<List<Session>> byLoop = new ArrayList<>();
    for (int i = 0; i < loops.size(); i++) {
      byLoop.add(new ArrayList<>());
    }
    for (Session session : from) {
      byLoop.get(session.loopIndex()).add(session);
    }
    CompletableFuture<List<T>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (LoopContext loop : loops.all()) {
      List<Session> own = byLoop.get(loop.index());
      if (!own.isEmpty()) {
        CompletableFuture<List<T>> part = new CompletableFuture<>();
        read(loop, own, 0, new ArrayList<>(), reader, part);
        all = all.thenCombine(part, SessionRegistry::joined);
      }
    }
    return all;
  }

  private static <T> List<T> joined(List<T> all, List<T> part) {
    all.addAll(part);
    return all;
  }

  /** Reads one slice on the loop, then lets the loop do its work before the next. */
  private static <T> void read(
      LoopContext loop,
      List<Session> sessions,
      int from,
      List<T> to,
      BiConsumer<Session, List<T>> reader,
      CompletableFuture<List<T>> done) {
    loop.eventLoop()
        .execute(
            () -> {
              int end = Math.min(sessions.size(), from + SLICE);
              for (Session session : sessions.subList(from, end)) {
                if (session.isPrepared()) {
                  reader.accept(session, to);
                }
              }
              if (end == sessions.size()) {
                done.complete(to);
              } else {
                read(loop, sessions, end, to, reader, done);
              }
            });
  }
}
