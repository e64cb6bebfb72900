package io.nanomq.session;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.BatchReader;
import io.nanomq.loop.EventLoops;
import io.nanomq.router.Subscriber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which client identifier.
 *
 * <p>Shared: a concurrent map, and another one in the order of the identifiers, which lags behind
 * the first for a moment. A session is added and removed by the loop that owns it only; a loop that
 * finds one of another loop moves its socket there and looks again. What is inside a session is
 * read by tasks on its loop, a batch at a time: {@link SessionScan}.
 */
public final class SessionRegistry {
  private final ConcurrentHashMap<String, Session> sessions = new ConcurrentHashMap<>();
  // Without it a page of a list would look at every identifier there is.
  private final ConcurrentSkipListMap<String, Session> inOrder = new ConcurrentSkipListMap<>();
  // As many as the map holds, or more for a moment: whoever wants to add takes a place first.
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final EventLoops loops;

  public SessionRegistry(EventLoops loops) {
    this.loops = loops;
  }

  /** A number by which the store may know a session, never given before. */
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  /** Earlier processes have given numbers up to that one. */
  public void continueAfter(long lastNumber) {
    numbers.set(lastNumber);
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
      if (added) {
        inOrder.put(session.clientId(), session);
      }
      return added;
    } finally {
      if (!added) {
        places.decrementAndGet();
      }
    }
  }

  void remove(Session session) {
    if (sessions.remove(session.clientId(), session)) {
      // Not the one that another loop may have put in its place since.
      inOrder.remove(session.clientId(), session);
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
  public BatchReader<ClientSnapshot> clients() {
    return new SessionScan<>(sessions.values().iterator(), loops, SessionRegistry::client);
  }

  /**
   * Sessions in the order of their client identifiers. The loops are asked about these only; those
   * before them cost some 20 ns each.
   *
   * @param skip how many are before them
   * @param limit how many at most
   */
  public BatchReader<ClientSnapshot> clients(long skip, long limit) {
    return inOrder(inOrder.values().stream().skip(skip).limit(limit).iterator());
  }

  /** The sessions of those clients, in that order; without those that are not there. */
  public BatchReader<ClientSnapshot> clients(List<String> clientIds) {
    return inOrder(find(clientIds));
  }

  /** Client identifiers of all sessions, in no order. */
  public Stream<String> clientIds() {
    return sessions.keySet().stream();
  }

  /** The session of that client as a list of one, or of none. */
  public CompletionStage<List<ClientSnapshot>> client(String clientId) {
    return inOrder(find(List.of(clientId))).next().thenApply(found -> found.orElse(List.of()));
  }

  /** All subscriptions of all sessions, in no order. */
  public BatchReader<SubscriptionSnapshot> subscriptions() {
    return new SessionScan<>(sessions.values().iterator(), loops, SessionRegistry::subscriptions);
  }

  /** The subscriptions of that client, in no order. */
  public BatchReader<SubscriptionSnapshot> subscriptions(String clientId) {
    return new SessionScan<>(find(List.of(clientId)), loops, SessionRegistry::subscriptions);
  }

  /** Values of all sessions, in no order, each read on its session's loop. */
  public <T> BatchReader<T> read(Function<Session, Iterator<T>> look) {
    return new SessionScan<>(sessions.values().iterator(), loops, look);
  }

  /**
   * Has every session looked at, on its loop, a batch at a time.
   *
   * @return completes when all are
   */
  public CompletionStage<Void> visit(Consumer<Session> visitor) {
    return visitEach(
        session -> {
          visitor.accept(session);
          return Collections.<Session>emptyIterator();
        });
  }

  /**
   * The same where there is more to look at in each session.
   *
   * @param look what is looked at one by one, on the session's loop
   */
  public <T> CompletionStage<Void> visitEach(Function<Session, Iterator<T>> look) {
    return visitRest(new SessionScan<>(sessions.values().iterator(), loops, look));
  }

  private static CompletionStage<Void> visitRest(BatchReader<?> rest) {
    return rest.next()
        .thenCompose(
            batch ->
                batch.isPresent()
                    ? visitRest(rest)
                    : CompletableFuture.<Void>completedFuture(null));
  }

  private BatchReader<ClientSnapshot> inOrder(Iterator<Session> rest) {
    return () -> {
      List<Session> some = new ArrayList<>();
      while (rest.hasNext() && some.size() < SessionScan.SESSIONS) {
        some.add(rest.next());
      }
      return some.isEmpty()
          ? CompletableFuture.completedFuture(Optional.empty())
          : read(some).thenApply(Optional::of);
    };
  }

  private CompletionStage<List<ClientSnapshot>> read(List<Session> some) {
    Map<String, ClientSnapshot> byId = new HashMap<>();
    return collect(new SessionScan<>(some.iterator(), loops, SessionRegistry::client), byId)
        .thenApply(
            done ->
                some.stream()
                    .map(session -> byId.get(session.clientId()))
                    .filter(Objects::nonNull)
                    .toList());
  }

  // However few they are: a loop whose turn is used up reads one at a time.
  private static CompletionStage<Void> collect(
      BatchReader<ClientSnapshot> rest, Map<String, ClientSnapshot> byId) {
    return rest.next()
        .thenCompose(
            batch -> {
              if (batch.isEmpty()) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              batch.get().forEach(client -> byId.put(client.clientId(), client));
              return collect(rest, byId);
            });
  }

  private Iterator<Session> find(List<String> clientIds) {
    return clientIds.stream().map(sessions::get).filter(Objects::nonNull).iterator();
  }

  private static Iterator<ClientSnapshot> client(Session session) {
    return List.of(session.snapshot()).iterator();
  }

  // A copy of the references, since what a client subscribes to may change from task to task.
  private static Iterator<SubscriptionSnapshot> subscriptions(Session session) {
    Subscriber[] all = session.subscriptions().toArray(Subscriber[]::new);
    return Arrays.stream(all)
        .filter(Subscriber::isActive)
        .map(s -> new SubscriptionSnapshot(session.clientId(), s.filter(), s.qos()))
        .iterator();
  }
}
