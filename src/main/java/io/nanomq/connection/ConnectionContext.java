package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.IncomingPublish;
import io.nanomq.codec.TopicRules;
import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.RewriteConf;
import io.nanomq.connection.topic.TopicAliases;
import io.nanomq.connection.topic.TopicRewrites;
import io.nanomq.delay.DelayedMessages;
import io.nanomq.event.BrokerIdentity;
import io.nanomq.event.LoopEvents;
import io.nanomq.limit.BanList;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.persistence.SessionStore;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.TopicTree;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Publisher;
import io.nanomq.session.Session;
import io.nanomq.session.SessionContext;
import io.nanomq.session.SessionRegistry;
import io.nanomq.session.Subscriptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the connections of one loop work with, and the handlers that they share. */
@LoopConfined
public final class ConnectionContext {
  private final SessionContext sessionContext;
  private final SessionRegistry registry;
  private final LoopSessions sessions;
  private final Publisher publisher;
  private final Shared shared;
  private final IncomingPublish incoming = new IncomingPublish();
  private final LoopOutput output;
  private final PausedPublishers pausedPublishers;
  private final DelayedMessages delayed;
  private final Subscriptions subscriptions;
  private List<RewriteConf> rewriteConf = List.of();
  private @Nullable TopicRewrites rewrites;
  private final ConnectionHandler handler;

  /**
   * What is the same on all loops.
   *
   * @param identity what the broker is called among bridges
   */
  public record Shared(
      TopicTree tree,
      RetainedStore retained,
      Authenticator authenticator,
      UnfinishedBytes unfinished,
      BanList bans,
      BrokerIdentity identity) {

    /** Of a broker that is called something new. */
    public Shared(
        TopicTree tree,
        RetainedStore retained,
        Authenticator authenticator,
        UnfinishedBytes unfinished,
        BanList bans) {
      this(tree, retained, authenticator, unfinished, bans, new BrokerIdentity());
    }
  }

  /**
   * @param all contexts of all loops by index, filled by whoever makes them before the first socket
   */
  public ConnectionContext(
      SessionContext sessionContext,
      SessionRegistry registry,
      LoopSessions sessions,
      Publisher publisher,
      Shared shared,
      ConnectionContext[] all) {
    this.sessionContext = sessionContext;
    this.registry = registry;
    this.sessions = sessions;
    this.publisher = publisher;
    this.shared = shared;
    Budget waiting = sessionContext.budgets().of(Purpose.OUTPUT);
    this.output = new LoopOutput(sessionContext.loop(), waiting.perLoop(all.length));
    waiting.countedBy(output::bytes);
    this.pausedPublishers = new PausedPublishers(sessionContext.loop());
    this.delayed =
        new DelayedMessages(
            loop(),
            publisher,
            registry,
            sessionContext.access(),
            shared.authenticator(),
            sessionContext.budgets().of(Purpose.DELAYED));
    this.subscriptions = new Subscriptions(sessionContext, shared.tree(), shared.retained());
    this.handler = new ConnectionHandler(this, all);
  }

  public LoopContext loop() {
    return sessionContext.loop();
  }

  public MqttConf conf() {
    return sessionContext.conf();
  }

  /** What gives topics other names now; null = nothing does. */
  @Nullable TopicRewrites rewrites() {
    return rewrites(conf());
  }

  /** The same where the configuration has been looked up. */
  @Nullable TopicRewrites rewrites(MqttConf conf) {
    List<RewriteConf> now = conf.rewrites();
    if (now != rewriteConf) {
      rewriteConf = now;
      rewrites = now.isEmpty() ? null : new TopicRewrites(now, loop().budget()::spend);
    }
    return rewrites;
  }

  /** What is published later. */
  DelayedMessages delayed() {
    return delayed;
  }

  SessionStore store() {
    return sessionContext.store();
  }

  /** What clients of this loop may publish and subscribe. */
  LoopAccess access() {
    return sessionContext.access();
  }

  /** Whether a filter may be subscribed at all. */
  boolean isLegal(String filter) {
    return TopicRules.isSubscribable(filter, conf().client().maxTopicLevels());
  }

  /** Where this loop tells what happens on it. */
  LoopEvents events() {
    return sessionContext.events();
  }

  public SessionRegistry registry() {
    return registry;
  }

  LoopSessions sessions() {
    return sessions;
  }

  public Publisher publisher() {
    return publisher;
  }

  /** Subscribes and unsubscribes on this loop. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  /**
   * Takes from a session what its client may not subscribe to, and of another one what it may not
   * read.
   *
   * @param isSameClient whether the session was the same user's before, behind the same mount point
   */
  void reviewSubscriptions(Session session, boolean isSameClient) {
    if (!access().isOpen() || session.access().isMounted()) {
      subscriptions().reviewInTurns(session, isSameClient);
    }
  }

  Authenticator authenticator() {
    return shared.authenticator();
  }

  /** What the broker is called among bridges. */
  BrokerIdentity identity() {
    return shared.identity();
  }

  /** Who is not let in. */
  BanList bans() {
    return shared.bans();
  }

  /** Bounds what all connections keep of what has not come as a whole. */
  UnfinishedBytes unfinished() {
    return shared.unfinished();
  }

  /** What may be kept for clients. */
  public MemoryBudgets budgets() {
    return sessionContext.budgets();
  }

  /** What waits in this loop's sockets. */
  LoopOutput output() {
    return output;
  }

  /** Who is not read from while other loops lag. */
  PausedPublishers pausedPublishers() {
    return pausedPublishers;
  }

  /** Topic aliases of a new connection. */
  TopicAliases aliases(@Nullable Account account) {
    return new TopicAliases(budgets().of(Purpose.ALIASES), account);
  }

  /** The PUBLISH that is being handled on this loop. */
  IncomingPublish incoming() {
    return incoming;
  }

  ConnectionHandler handler() {
    return handler;
  }
}
