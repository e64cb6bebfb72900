package io.nanomq;

import io.nanomq.authn.AnonymousAuthenticator;
import io.nanomq.authn.Authenticator;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.ListenerConf;
import io.nanomq.config.MqttConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.listener.Listeners;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStore;
import io.nanomq.retained.RetainedStore;
import io.nanomq.retained.RetainedSweep;
import io.nanomq.router.Router;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Publisher;
import io.nanomq.session.SessionContext;
import io.nanomq.session.SessionRegistry;
import io.netty.channel.EventLoopGroup;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The MQTT broker: its parts, and the order in which they start and stop. The way of a PUBLISH
 * through them is in docs/architecture.md.
 */
public final class Broker {
  private static final long SWEEP_MILLIS = 60_000;

  private final NanomqConf conf;
  private final EventLoops loops;
  private final Router router;
  private final RetainedStore retained;
  private final SessionRegistry sessions;
  private final Listeners listeners;
  private final Instant startedAt = Instant.now();
  private volatile MqttConf mqtt;

  /**
   * @param loops Vert.x's event loops, which MQTT shares with the HTTP API
   * @param acceptors the loops that accept sockets
   */
  public Broker(NanomqConf conf, EventLoopGroup loops, EventLoopGroup acceptors) {
    this(conf, loops, acceptors, new MemorySessionStore(), Broker::monotonicMillis);
  }

  /**
   * As above, with what tests stand in for.
   *
   * @param store where durable sessions are kept
   * @param clockMillis a clock that never goes back
   */
  public Broker(
      NanomqConf conf,
      EventLoopGroup group,
      EventLoopGroup acceptors,
      SessionStore store,
      LongSupplier clockMillis) {
    this.conf = conf;
    this.mqtt = conf.mqtt();
    loops = new EventLoops(group, clockMillis);
    router = new Router(loops, mqtt.maxTopicLevels(), () -> mqtt.copyPerFilter());
    retained = new RetainedStore(() -> mqtt.maxRetainedMessages());
    sessions = new SessionRegistry(loops);
    Authenticator authenticator = new AnonymousAuthenticator(() -> mqtt.allowAnonymous());
    var shared = new ConnectionContext.Shared(router.tree(), retained, authenticator);
    ConnectionContext[] contexts = new ConnectionContext[loops.size()];
    for (LoopContext loop : loops.all()) {
      contexts[loop.index()] = context(loop, store, shared, contexts);
    }
    listeners = new Listeners(loops, acceptors, group, contexts);
  }

  private ConnectionContext context(
      LoopContext loop,
      SessionStore store,
      ConnectionContext.Shared shared,
      ConnectionContext[] all) {
    Supplier<MqttConf> live = () -> mqtt;
    int i = loop.index();
    var context = new SessionContext(loop, router.fanOut(i), store, live);
    var publisher = new Publisher(loop, router.fanOut(i), router.cache(i), retained);
    var owned = new LoopSessions(context, sessions, router.tree(), publisher);
    return new ConnectionContext(context, sessions, owned, publisher, shared, all);
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Opens the listeners; where one cannot be opened, {@link #stop} closes the others. */
  public CompletionStage<Void> start() {
    new RetainedSweep(loops.get(0), retained, SWEEP_MILLIS).start();
    CompletionStage<Void> started = CompletableFuture.completedFuture(null);
    for (ListenerConf listener : conf.listeners()) {
      if (!listener.transport().isSecure()) {
        started = started.thenCompose(before -> listeners.open(listener));
      }
    }
    return started;
  }

  /**
   * Accepts nobody more, tells the clients (0x8B), closes every connection. Wills are published as
   * for any connection that the server closes.
   */
  public CompletionStage<Void> stop() {
    return listeners
        .stopAccepting()
        .thenCompose(
            stopped -> sessions.disconnectAll(ReasonCode.SERVER_SHUTTING_DOWN, "server stops"))
        .thenCompose(told -> listeners.closeAll())
        // A socket on its way to another loop ends there; what it leaves goes to a third one.
        .thenCompose(closed -> loops.catchUp())
        .thenCompose(closed -> loops.catchUp())
        .thenCompose(closed -> loops.catchUp())
        .thenRun(
            () -> {
              loops.close();
              router.close();
            });
  }

  public SessionRegistry sessions() {
    return sessions;
  }

  public RetainedStore retained() {
    return retained;
  }

  /** Subscriptions of all sessions. */
  public int subscriptionCount() {
    return router.tree().size();
  }

  public Listeners listeners() {
    return listeners;
  }

  public Instant startedAt() {
    return startedAt;
  }

  /** The ports on which MQTT is served. */
  public List<Integer> ports() {
    return listeners.ports();
  }
}
