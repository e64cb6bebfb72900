package io.nanomq.session;

import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.LongFunction;

/**
 * What an administrator does to messages and clients. Shared: everything here may be called by any
 * thread, and is done by a task on the loop that owns what it touches.
 */
public final class BrokerActions {
  private static final String KICKED = "disconnected by an administrator";

  private final SessionRegistry registry;
  private final LoopParts[] loops;

  /**
   * @param loops one for each loop by index, filled before the first call
   */
  public BrokerActions(SessionRegistry registry, LoopParts[] loops) {
    this.registry = registry;
    this.loops = loops;
  }

  /**
   * Publishes a message of the broker's own. Messages of one thread are published in the order of
   * the calls: all of them go by the same loop.
   *
   * @param message makes the message, given the clock of the loops in milliseconds
   * @return success, 0x10 where nobody subscribes, 0x97 where it could not be retained
   */
  public CompletionStage<ReasonCode> publish(LongFunction<PublishMessage> message) {
    LoopParts parts = loops[0];
    return CompletableFuture.supplyAsync(
        () -> parts.publisher().publish(message.apply(parts.loop().nowMillis()), null),
        parts.loop().eventLoop());
  }

  /**
   * Closes a client's connection (0x98), its will is published.
   *
   * @param endSession whether its session ends too, connected or not
   * @return false where the client is not there, or is not connected and its session stays
   */
  public CompletionStage<Boolean> kick(String clientId, boolean endSession) {
    return onOwner(
        clientId,
        (parts, session) -> {
          boolean wasOnline = session.isOnline();
          session.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, KICKED);
          if (endSession) {
            parts.sessions().end(session);
          }
          return wasOnline || endSession;
        },
        false);
  }

  /**
   * Subscribes on behalf of a connected client, one after the other.
   *
   * @return the first error, else success; empty where the client is not connected
   */
  public CompletionStage<Optional<ReasonCode>> subscribe(
      String clientId, List<Subscription> subscriptions) {
    return onOwner(
        clientId,
        (parts, session) -> {
          if (!session.isOnline()) {
            return Optional.empty();
          }
          ReasonCode result = ReasonCode.SUCCESS;
          for (Subscription subscription : subscriptions) {
            ReasonCode code = parts.subscriptions().subscribe(session, subscription);
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
    return onOwner(
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
    return onOwner(clientId, (parts, session) -> Optional.of(session.details()), Optional.empty());
  }

  // A session that ends between the look-up and the task is as good as none.
  private <T> CompletionStage<T> onOwner(
      String clientId, BiFunction<LoopParts, Session, T> action, T otherwise) {
    Session session = registry.find(clientId);
    if (session == null) {
      return CompletableFuture.completedFuture(otherwise);
    }
    LoopParts parts = loops[session.loopIndex()];
    return CompletableFuture.supplyAsync(
        () ->
            session.hasEnded() || !session.isPrepared() ? otherwise : action.apply(parts, session),
        parts.loop().eventLoop());
  }
}
