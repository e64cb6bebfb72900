package io.nanomq.session;

import io.nanomq.authz.AccessClient;
import io.nanomq.codec.ReasonCode;
import io.nanomq.limit.BanList;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.StoredAnswer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * What an administrator does to messages and clients. Shared: everything here may be called by any
 * thread, and is done by a task on the loop that owns what it touches. What changes something is
 * answered when the store has it, as an acknowledgement to a client is.
 */
public final class BrokerActions {
  private static final String KICKED = "disconnected by an administrator";

  private final SessionRegistry registry;
  private final LoopServices[] loops;

  /**
   * @param loops one for each loop by index, filled before the first call
   */
  public BrokerActions(SessionRegistry registry, LoopServices[] loops) {
    this.registry = registry;
    this.loops = loops;
  }

  /**
   * Publishes a message of the broker's own. Messages of one thread are published in the order of
   * the calls: all of them go by the same loop.
   *
   * @param message makes the message, given the clock of the loops in milliseconds
   * @return success, 0x10 where nobody subscribes, 0x97 where it could not be retained or nobody
   *     had room for it
   */
  public CompletionStage<ReasonCode> publish(LongFunction<PublishMessage> message) {
    LoopServices parts = loops[0];
    return change(
        parts, () -> parts.publisher().publish(message.apply(parts.loop().nowMillis()), null));
  }

  /**
   * Whether a client may publish to all of these, where what is done on behalf of clients is judged
   * as if they did it; a client that has no session is known by its identifier alone.
   *
   * @return success, or 0x87, which is told as if the client had tried
   */
  public CompletionStage<ReasonCode> mayPublish(String clientId, List<TopicName> topics) {
    if (!loops[0].access().policy().conf().judgesApi()) {
      return CompletableFuture.completedFuture(ReasonCode.SUCCESS);
    }
    LoopServices any = loops[0];
    return change(
            clientId,
            (parts, session) -> Optional.of(topics.stream().allMatch(session.access()::mayPublish)),
            Optional.<Boolean>empty())
        .thenCompose(
            known ->
                known.isPresent()
                    ? CompletableFuture.completedFuture(known.get())
                    : change(any, () -> mayPublish(any, clientId, topics)))
        .thenApply(allowed -> allowed ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED);
  }

  private static boolean mayPublish(LoopServices parts, String clientId, List<TopicName> topics) {
    AccessClient stranger = AccessClient.of(clientId, null, null);
    return topics.stream().allMatch(topic -> parts.access().mayPublish(stranger, topic));
  }

  /**
   * Closes a client's connection (0x98), its will is published.
   *
   * @param endSession whether its session ends too, connected or not
   * @return false where the client is not there, or is not connected and its session stays
   */
  public CompletionStage<Boolean> kick(String clientId, boolean endSession) {
    return change(clientId, (parts, session) -> kick(parts, session, endSession), false);
  }

  /**
   * Kicks many clients at once: one chain of tasks a loop, which lets the loop do its work in
   * between.
   *
   * @return how many were found
   */
  public CompletionStage<Integer> kick(Collection<String> clientIds, boolean endSession) {
    List<List<Session>> byLoop = new ArrayList<>();
    for (int i = 0; i < loops.length; i++) {
      byLoop.add(new ArrayList<>());
    }
    for (String clientId : clientIds) {
      Session session = registry.find(clientId);
      if (session != null) {
        byLoop.get(session.loopIndex()).add(session);
      }
    }
    CompletionStage<Integer> count = CompletableFuture.completedFuture(0);
    for (LoopServices parts : loops) {
      List<Session> own = byLoop.get(parts.loop().index());
      if (!own.isEmpty()) {
        CompletableFuture<Integer> part = new CompletableFuture<>();
        kickSlice(parts, own.iterator(), 0, endSession, part);
        count = count.thenCombine(part, Integer::sum);
      }
    }
    return count;
  }

  private static void kickSlice(
      LoopServices parts,
      Iterator<Session> sessions,
      int before,
      boolean endSession,
      CompletableFuture<Integer> answer) {
    TurnBudget budget = parts.loop().budget();
    task(
        parts,
        answer,
        () -> {
          int kicked = before;
          while (sessions.hasNext() && !budget.isUsedUp()) {
            budget.spend(TurnBudget.CONNECTION);
            Session session = sessions.next();
            kicked += isThere(session) && kick(parts, session, endSession) ? 1 : 0;
          }
          if (sessions.hasNext()) {
            int soFar = kicked;
            budget.nextTurn(() -> kickSlice(parts, sessions, soFar, endSession, answer));
          } else {
            StoredAnswer.give(parts.loop(), parts.store(), answer, kicked);
          }
        });
  }

  private static boolean kick(LoopServices parts, Session session, boolean endSession) {
    boolean wasOnline = disconnect(session, ReasonCode.ADMINISTRATIVE_ACTION, KICKED);
    if (endSession) {
      parts.sessions().end(session);
    }
    return wasOnline || endSession;
  }

  /**
   * Sends a client to another server: its connection is closed, its will is published, its session
   * stays. MQTT 5 clients are told where to go, [MQTT-3.14.2.2.5] and section 4.13.
   *
   * @param forGood whether it is to go there from now on (0x9D), else for this time (0x9C)
   * @param server one or more references with spaces between them
   * @return false where the client is not connected
   */
  public CompletionStage<Boolean> redirect(String clientId, boolean forGood, String server) {
    ReasonCode reason = moved(forGood);
    return change(clientId, (parts, session) -> disconnect(session, reason, server), false);
  }

  /**
   * The same for all who are connected now; whoever connects later is served.
   *
   * @return how many were connected
   */
  public CompletionStage<Integer> redirectAll(boolean forGood, String server) {
    ReasonCode reason = moved(forGood);
    AtomicInteger count = new AtomicInteger();
    return registry
        .visit(
            session -> {
              if (isThere(session) && disconnect(session, reason, server)) {
                count.incrementAndGet();
              }
            })
        .thenApply(done -> count.get());
  }

  private static ReasonCode moved(boolean forGood) {
    return forGood ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
  }

  private static boolean disconnect(Session session, ReasonCode reason, String text) {
    boolean wasOnline = session.isOnline();
    session.disconnect(reason, text);
    return wasOnline;
  }

  /**
   * Closes the connections of all who are banned (0x8A).
   *
   * @return done when all sessions were looked at
   */
  public CompletionStage<Void> disconnectBanned(BanList bans) {
    return registry.visit(
        session -> {
          PacketWriter socket = session.owner;
          if (isThere(session) && socket != null) {
            String user = session.connect().username();
            if (bans.find(session.clientId(), user, socket.address()) != null) {
              socket.close(ReasonCode.BANNED, "banned");
            }
          }
        });
  }

  /**
   * Subscribes on behalf of a connected client, one after the other.
   *
   * @return the first error, else success; empty where the client is not connected
   */
  public CompletionStage<Optional<ReasonCode>> subscribe(
      String clientId, List<Subscription> subscriptions) {
    return change(
        clientId,
        (parts, session) -> {
          if (!session.isOnline()) {
            return Optional.empty();
          }
          ReasonCode result = ReasonCode.SUCCESS;
          for (Subscription subscription : subscriptions) {
            ReasonCode code =
                parts.access().policy().conf().judgesApi()
                    ? parts.subscriptions().subscribeIfAllowed(session, subscription)
                    : parts.subscriptions().subscribe(session, subscription);
            result = result.isError() ? result : code;
          }
          session.pump();
          return Optional.of(result);
        },
        Optional.empty());
  }

  /**
   * Unsubscribes on behalf of a connected client; a filter that it has not is no error.
   *
   * @return success; empty where the client is not connected
   */
  public CompletionStage<Optional<ReasonCode>> unsubscribe(String clientId, List<String> filters) {
    return change(
        clientId,
        (parts, session) -> {
          if (!session.isOnline()) {
            return Optional.empty();
          }
          filters.forEach(filter -> parts.subscriptions().unsubscribe(session, filter));
          return Optional.of(ReasonCode.SUCCESS);
        },
        Optional.empty());
  }

  /**
   * Session Expiry Interval in seconds and QoS 2 messages not released; empty = no such session.
   */
  public CompletionStage<Optional<SessionSnapshot>> session(String clientId) {
    Session session = registry.find(clientId);
    if (session == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return CompletableFuture.supplyAsync(
        () -> isThere(session) ? Optional.of(SessionSnapshot.of(session)) : Optional.empty(),
        loops[session.loopIndex()].loop().eventLoop());
  }

  // A session that ends between the look-up and the task is as good as none.
  private static boolean isThere(Session session) {
    return !session.hasEnded() && session.isPrepared();
  }

  private <T> CompletionStage<T> change(
      String clientId, BiFunction<LoopServices, Session, T> action, T otherwise) {
    Session session = registry.find(clientId);
    if (session == null) {
      return CompletableFuture.completedFuture(otherwise);
    }
    LoopServices parts = loops[session.loopIndex()];
    return change(parts, () -> isThere(session) ? action.apply(parts, session) : otherwise);
  }

  private static <T> CompletionStage<T> change(LoopServices parts, Supplier<T> action) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    task(
        parts,
        answer,
        () -> {
          long told = parts.store().told();
          T result = action.get();
          if (parts.store().told() == told) {
            answer.complete(result);
          } else {
            StoredAnswer.give(parts.loop(), parts.store(), answer, result);
          }
        });
    return answer;
  }

  private static void task(LoopServices parts, CompletableFuture<?> answer, Runnable action) {
    parts
        .loop()
        .eventLoop()
        .execute(
            () -> {
              try {
                action.run();
              } catch (RuntimeException | Error failure) {
                answer.completeExceptionally(failure);
              }
            });
  }
}
