package io.nanomq.session;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.Pieces;
import io.nanomq.router.Subscriber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which client identifier.
 *
 * <p>Shared: a concurrent map. A session is added and removed by the loop that owns it only; a loop
 * that finds one of another loop moves its socket there and looks again. What is inside a session
 * is read by tasks on its loop, a piece at a time: {@link SessionScan}.
 */
public final class SessionRegistry {
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
  public Pieces<ClientSnapshot> clients() {
    return new SessionScan<>(sessions.values().iterator(), loops, SessionRegistry::client);
  }

  /** The sessions of those clients, in that order; without those that are not there. */
  public Pieces<ClientSnapshot> clients(List<String> clientIds) {
    Iterator<String> ids = clientIds.iterator();
    return () -> {
      List<String> some = new ArrayList<>();
      while (ids.hasNext() && some.size() < SessionScan.SESSIONS) {
        some.add(ids.next());
      }
      return some.isEmpty()
          ? CompletableFuture.completedFuture(Optional.empty())
          : inOrder(some).thenApply(Optional::of);
    };
  }

  /** Client identifiers of all sessions, in no order. */
  public Iterator<String> clientIds() {
    return sessions.keySet().iterator();
  }

  /** The session of that client as a list of one, or of none. */
  public CompletionStage<List<ClientSnapshot>> client(String clientId) {
    return inOrder(List.of(clientId));
  }

  /** All subscriptions of all sessions, in no order. */
  public Pieces<SubscriptionSnapshot> subscriptions() {
    return new SessionScan<>(sessions.values().iterator(), loops, SessionRegistry::subscriptions);
  }

  /** The subscriptions of that client, in no order. */
  public Pieces<SubscriptionSnapshot> subscriptions(String clientId) {
    return new SessionScan<>(find(List.of(clientId)), loops, SessionRegistry::subscriptions);
  }

  // So few are one piece.
  private CompletionStage<List<ClientSnapshot>> inOrder(List<String> clientIds) {
    return new SessionScan<>(find(clientIds), loops, SessionRegistry::client)
        .next()
        .thenApply(
            found -> {
              Map<String, ClientSnapshot> byId = new HashMap<>();
              found.orElse(List.of()).forEach(client -> byId.put(client.clientId(), client));
              return clientIds.stream().map(byId::get).filter(Objects::nonNull).toList();
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
