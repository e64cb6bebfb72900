package io.nanomq.session;

import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.memory.Account;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionStore;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.FanOut;
import io.nanomq.router.Recipient;
import io.nanomq.router.Route;
import io.nanomq.router.TopicCache;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Publishes messages on one loop: retained store first, then everybody who subscribes. */
@LoopConfined
public final class Publisher {
  private static final Logger LOG = Logger.getLogger(Publisher.class);
  private static final long TOLD_EVERY_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final LoopContext loop;
  private final FanOut fanOut;
  private final TopicCache cache;
  private final RetainedStore retained;
  private final SessionStore store;
  private final LoopEvents events;
  // When the log was told last that a message could not be retained.
  private long toldMillis = -TOLD_EVERY_MILLIS;

  public Publisher(
      LoopContext loop,
      FanOut fanOut,
      TopicCache cache,
      RetainedStore retained,
      SessionStore store,
      LoopEvents events) {
    this.events = events;
    this.loop = loop;
    this.fanOut = fanOut;
    this.cache = cache;
    this.retained = retained;
    this.store = store;
  }

  public TopicCache cache() {
    return cache;
  }

  public FanOut fanOut() {
    return fanOut;
  }

  /**
   * Whether the store has no room for what a packet brings. That is found before anybody gets it.
   */
  public boolean isRefused(IncomingPublish packet, Route route) {
    return isStored(packet, route) && isFull(route.mayBeStored());
  }

  private static boolean isStored(IncomingPublish packet, Route route) {
    return packet.qos() > 0 && (isRetained(packet) || route.mayBeStored());
  }

  /** At QoS 0, too, it is stored as long as there is room. */
  private static boolean isRetained(IncomingPublish packet) {
    return packet.retain() && packet.payloadLength() > 0;
  }

  /**
   * @param waits whether the message has to wait for sessions, and is not only retained
   */
  private boolean isFull(boolean waits) {
    boolean isFull = waits ? store.isFullOfMessages() : store.isFull();
    if (isFull) {
      loop.counters().drop(DropReason.STORE_FULL);
    }
    return isFull;
  }

  /**
   * Whether a packet has to wait for the disk, which has not caught up with those before it.
   *
   * @param joins whether its acknowledgement waits for the disk even if it is not stored
   */
  public boolean mustWait(IncomingPublish packet, Route route, boolean joins) {
    return joins && store.isCrowded()
        || (isRetained(packet) || isStored(packet, route))
            && store.mustCatchUp(packet.payloadLength());
  }

  /**
   * Whether a packet that has to wait for the disk still has to.
   *
   * @param bytes of its payload
   */
  public boolean mustWait(int bytes, boolean joins) {
    return joins && store.isCrowded() || store.mustCatchUp(bytes);
  }

  /** Whether what is stored has to wait; where the store takes nothing it is refused instead. */
  public boolean isBehind() {
    return store.isCrowded() || store.isBehind() && !store.isFull();
  }

  /**
   * Publishes the packet that is being handled.
   *
   * @param publisher the session that sent it
   * @return success, no matching subscribers, or quota exceeded where it could not be retained, or
   *     nobody who subscribes had room for it and it is not retained
   */
  public ReasonCode publish(IncomingPublish packet, Route route, Recipient publisher) {
    return publish(packet, route, publisher, null);
  }

  /**
   * Publishes the packet that is being handled, where it may have come by a bridge.
   *
   * @param path over which broker it came, encoded, where it could not say so; null = over none
   */
  public ReasonCode publish(
      IncomingPublish packet, Route route, Recipient publisher, byte @Nullable [] path) {
    fanOut.outgoing().begin(packet, loop.nowMillis());
    if (path != null) {
      fanOut.outgoing().over(path);
    }
    return publishBegun(route, publisher);
  }

  /** Publishes a message that is kept: a will, or one that the broker itself made. */
  public ReasonCode publish(PublishMessage message, @Nullable Recipient publisher) {
    return publish(message, cache.findAtOnce(message.topic()), publisher);
  }

  private ReasonCode publish(PublishMessage message, Route route, @Nullable Recipient publisher) {
    boolean isKept = message.retain() && message.payload().length > 0;
    boolean waits = route.mayBeStored();
    if (message.qos() > 0 && (isKept || waits) && isFull(waits)) {
      return ReasonCode.QUOTA_EXCEEDED;
    }
    fanOut.outgoing().begin(message, loop.nowMillis());
    return publishBegun(route, publisher);
  }

  /**
   * Publishes a message that is kept, or drops it for want of room in the store; unless so many
   * filters match that it takes several turns to find them.
   *
   * @return false = it was not published: to be called again with the same message in a later turn
   */
  public boolean publishInTurn(PublishMessage message, @Nullable Recipient publisher) {
    Route route = cache.find(message.topic(), message);
    if (route != null) {
      publish(message, route, publisher);
    }
    return route != null;
  }

  /** For No Local, which holds for retained messages as well [MQTT-3.8.3-3]. */
  private static PublishMessage retained(OutgoingPublish outgoing, @Nullable Recipient publisher) {
    PublishMessage message = outgoing.message();
    return publisher instanceof Session session ? message.by(session.clientId()) : message;
  }

  private boolean keep(OutgoingPublish outgoing, @Nullable Recipient publisher) {
    // At QoS 0 nobody was refused: it is delivered and not kept. Removing makes room.
    if (outgoing.qos() == 0 && outgoing.message().payload().length > 0 && isFull(false)) {
      return false;
    }
    boolean kept = store(outgoing, publisher);
    if (!kept) {
      notKept();
    }
    return kept;
  }

  /** A client of MQTT 5 is told; before that there is no code for it, so the log says it. */
  private void notKept() {
    loop.counters().drop(DropReason.RETAINED_FULL);
    long now = loop.nowMillis();
    if (now >= toldMillis + TOLD_EVERY_MILLIS) {
      toldMillis = now;
      LOG.warnf(
          "No room for a retained message: it is delivered, and not kept. There are %d; see"
              + " max_retained_messages, max_bytes_per_user, the memory that the heap leaves for them,"
              + " and nanomq_dropped_total{reason=\"retained_full\"}",
          retained.size());
    }
  }

  private boolean store(OutgoingPublish outgoing, @Nullable Recipient publisher) {
    Account account = publisher == null ? null : publisher.account();
    // Each level may be a node of the tree to be made; bytes bound them.
    loop.budget().spend(outgoing.topic().utf8().length);
    return retained.store(retained(outgoing, publisher), account, store);
  }

  /** The message in hand does not go to a recipient of another loop, which is full. */
  public void refusedThere(Recipient recipient) {
    if (events.tellsMessages() && recipient instanceof Session session && session.isPrepared()) {
      events.lost(session.connect(), DropReason.QUEUE_FULL, fanOut.outgoing().message());
    }
  }

  private ReasonCode publishBegun(Route route, @Nullable Recipient publisher) {
    OutgoingPublish outgoing = fanOut.outgoing();
    try {
      if (events.tellsMessages() && publisher instanceof Session session) {
        outgoing.by(session.clientId());
      }
      boolean kept = !outgoing.retain() || keep(outgoing, publisher);
      ReasonCode result = fanOut.publish(route, publisher);
      if (!kept) {
        return ReasonCode.QUOTA_EXCEEDED;
      }
      // Whoever subscribes from now on gets what is retained.
      return result.isError() && outgoing.retain() ? ReasonCode.SUCCESS : result;
    } finally {
      outgoing.end();
    }
  }
}
