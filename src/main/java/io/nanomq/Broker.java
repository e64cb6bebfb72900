package io.nanomq;

import io.nanomq.authn.AuthFigures;
import io.nanomq.authz.AccessPolicy;
import io.nanomq.backend.Backends;
import io.nanomq.bridge.Bridges;
import io.nanomq.bridge.RemoteNetwork;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.event.NodeName;
import io.nanomq.event.SysTopics;
import io.nanomq.limit.BanList;
import io.nanomq.listener.Listeners;
import io.nanomq.listener.ListenersMove;
import io.nanomq.loop.BlockingWork;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.CounterSnapshot;
import io.nanomq.metrics.MessageMemory;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreStatus;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.queue.HeldMessages;
import io.nanomq.retained.RetainedListing;
import io.nanomq.retained.RetainedStore;
import io.nanomq.retained.RetainedSweep;
import io.nanomq.router.FanOut;
import io.nanomq.router.Router;
import io.nanomq.router.TopicTree;
import io.nanomq.rule.RuleBridges;
import io.nanomq.rule.Rules;
import io.nanomq.session.BrokerActions;
import io.nanomq.session.LoopServices;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.PresetSessions;
import io.nanomq.session.Publisher;
import io.nanomq.session.SessionContext;
import io.nanomq.session.SessionRegistry;
import io.nanomq.session.SessionRestore;
import io.nanomq.session.Subscriptions;
import io.nanomq.tls.PemSource;
import io.nanomq.trace.Traces;
import io.nanomq.transfer.Transfers;
import io.nanomq.webhook.Webhooks;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The MQTT broker: its parts, and the order in which they start and stop. The way of a PUBLISH
 * through them is in docs/architecture.md.
 */
public final class Broker {
  private static final long SWEEP_MILLIS = 60_000;

  private final MemoryBudgets budgets;
  private final BlockingWork blocking;
  private final Admission admission;
  private final AccessControl access;
  private final EventLoops loops;
  private final Router router;
  private final Durability durability;
  private final RetainedStore retained;
  private final SessionRegistry sessions;
  private final Listeners listeners;
  private final BrokerActions actions;
  private final TopicSubscribers topicSubscribers;
  private final RetainedListing retainedListing;
  private final BrokerEvents events;
  private final LoopServices[] parts;
  private final HeldMessages[] held;
  private final SysTopics sysTopics;
  private final Bridges bridges;
  private final Integrations integrations;
  private final PresetSessions presets;
  private final BanList bans = new BanList(Clock.systemUTC());
  private final long beganNanos = System.nanoTime();
  private volatile NanomqConf conf;

  /**
   * @param loops MQTT's event loops, which are not closed here
   * @param acceptors the loops that accept sockets
   * @param version told to whoever asks
   * @param pems what keys and certificates of listeners are read from
   */
  public Broker(
      NanomqConf conf,
      EventLoopGroup loops,
      EventLoopGroup acceptors,
      String version,
      PemSource pems) {
    this(conf, loops, acceptors, version, pems, BrokerEnvironment.ofProcess(conf));
  }

  /** The same with the store, the clock and the memory of somebody else. */
  public Broker(
      NanomqConf conf,
      EventLoopGroup group,
      EventLoopGroup acceptors,
      String version,
      PemSource pems,
      BrokerEnvironment surroundings) {
    this.conf = conf;
    budgets = surroundings.budgets();
    budgets.accounts().quota(() -> mqtt().quotas().bytes());
    events = new BrokerEvents(budgets.of(Purpose.EVENTS));
    blocking = Admission.passwordWork();
    loops = new EventLoops(group, surroundings.clockMillis());
    router = new Router(loops, this::mqtt, budgets);
    retained = new RetainedStore(() -> mqtt().broker().maxRetained(), budgets.of(Purpose.RETAINED));
    durability = new Durability(surroundings.stores(), surroundings.clockMillis());
    sessions = new SessionRegistry(loops);
    sessions.continueAfter(durability.lastSession());
    var out = new Outgoing(pems, () -> this.conf.system().deniedNetworks());
    admission = new Admission(conf, budgets.of(Purpose.VERDICTS), out, blocking::submit, sessions);
    var unfinished = Admission.unfinished(budgets);
    var shared =
        new ConnectionContext.Shared(
            router.tree(), retained, admission.authenticator(), unfinished, bans);
    ConnectionContext[] contexts = new ConnectionContext[loops.size()];
    parts = new LoopServices[loops.size()];
    held = new HeldMessages[loops.size()];
    access = new AccessControl(conf.auth(), admission.backends(), sessions, parts);
    for (LoopContext loop : loops.all()) {
      contexts[loop.index()] = context(loop, shared, contexts);
    }
    actions = new BrokerActions(sessions, parts);
    topicSubscribers = new TopicSubscribers(loops, router.tree());
    retainedListing = new RetainedListing(loops.get(0), retained, parts[0].store());
    listeners = new Listeners(loops, acceptors, group, contexts, pems, admission::endsRevoked);
    var remote = new RemoteNetwork(group, out);
    bridges =
        new Bridges(parts, held, router.tree(), unfinished, remote, this::mqtt, shared.identity());
    sysTopics = sysTopics(version, bridges);
    events.add(sysTopics);
    Budget sinks = budgets.of(Purpose.SINKS);
    integrations =
        new Integrations(
            new Webhooks(router.tree(), events, sessions, sinks, out),
            new Rules(router.tree(), parts, sinks, this::mqtt, out),
            new Traces(router.tree(), events, sessions, loops.get(0).eventLoop()));
    integrations.apply(conf);
    presets = new PresetSessions(sessions, parts);
  }

  private SysTopics sysTopics(String version, Bridges told) {
    var figures =
        new BrokerFigures(
            version,
            this::uptime,
            loops,
            sessions,
            router.tree(),
            retained,
            durability::figures,
            told::gauges);
    return new SysTopics(
        loops.get(0),
        () -> conf.integrations().events(),
        NodeName.of(System.getenv()),
        () -> router.tree().hasSubscribersBelow(SysTopics.ROOT),
        figures::now,
        (loop, message) -> parts[loop].publisher().publish(message, null));
  }

  private ConnectionContext context(
      LoopContext loop, ConnectionContext.Shared shared, ConnectionContext[] all) {
    int i = loop.index();
    FanOut fanOut = router.fanOut(i);
    SessionStore store = durability.open(loop, fanOut);
    var told = new LoopEvents(loop, events, System::currentTimeMillis);
    var allowed = access.open(loop, told);
    held[i] = new HeldMessages(loop, budgets.of(Purpose.MESSAGES).perLoop(loops.size()));
    budgets.of(Purpose.MESSAGES).countedBy(held[i]::bytes);
    var context =
        new SessionContext(
            loop, fanOut, store, sessions::nextNumber, this::mqtt, budgets, held[i], told, allowed);
    var publisher = new Publisher(loop, fanOut, router.cache(i), retained, store, told);
    router.tellRefusals(i, publisher::refusedThere);
    var owned = new LoopSessions(context, sessions, router.tree(), publisher);
    var subscriptions = new Subscriptions(context, router.tree(), retained);
    var restore = new SessionRestore(context, owned, subscriptions, router.tree());
    durability.add(loop, fanOut, store, restore);
    parts[i] =
        new LoopServices(
            loop, owned, publisher, subscriptions, store, sessions::nextNumber, told, allowed);
    return new ConnectionContext(context, sessions, owned, publisher, shared, all);
  }

  private MqttConf mqtt() {
    return conf.mqtt();
  }

  /** Opens the listeners; where one cannot be opened, {@link #stop} closes the others. */
  public CompletionStage<Void> start() {
    new RetainedSweep(loops.get(0), retained, parts[0].store(), SWEEP_MILLIS).start();
    loops.get(0).eventLoop().execute(sysTopics::start);
    loops.get(0).eventLoop().scheduleAtFixedRate(admission::renewKeys, 1, 1, TimeUnit.SECONDS);
    for (LoopServices loop : parts) {
      loop.loop().eventLoop().execute(loop.events()::start);
    }
    CompletionStage<Void> started =
        durability
            .restore(retained, left -> bridges.restore(left, RuleBridges.with(conf)))
            .thenCompose(there -> presets.apply(mqtt().presets()));
    for (ListenerConf listener : conf.listeners()) {
      started = started.thenCompose(before -> listeners.open(listener));
    }
    return started.thenCompose(open -> bridges.apply(RuleBridges.with(conf)));
  }

  /** What is to be done about the listeners before {@code next} can be in force. */
  public ListenersMove move(NanomqConf next) {
    return listeners.move(next.listeners());
  }

  /**
   * Puts a configuration in force whose listeners are open: others are closed with their clients,
   * everything else holds from the next packet on. Event loops stay as many.
   */
  public CompletionStage<Void> commit(NanomqConf next, ListenersMove move) {
    conf = next;
    admission.apply(next);
    integrations.apply(next);
    return access
        .apply(next.auth())
        .thenCompose(applied -> move.commit())
        .thenCompose(moved -> admission.revoke())
        .thenCompose(revoked -> presets.apply(next.mqtt().presets()))
        .thenCompose(begun -> bridges.apply(RuleBridges.with(next)));
  }

  /**
   * Accepts nobody more, tells the clients (0x8B), closes every connection. Wills are published as
   * for any connection that the server closes.
   */
  public CompletionStage<Void> stop() {
    return bridges
        .disconnect()
        .thenCompose(told -> listeners.closeAll())
        // A socket on its way to another loop ends there; what it leaves goes to a third one.
        .thenCompose(closed -> loops.catchUp())
        .thenCompose(closed -> loops.catchUp())
        .thenCompose(closed -> loops.catchUp())
        .thenCompose(closed -> bridges.stop())
        .thenRun(
            () -> {
              listeners.close();
              bridges.close();
              blocking.close();
              admission.close();
              integrations.close();
              loops.close();
              router.close();
              durability.close();
            });
  }

  public SessionRegistry sessions() {
    return sessions;
  }

  public RetainedStore retained() {
    return retained;
  }

  /** Who may publish and subscribe what. */
  public AccessPolicy accessPolicy() {
    return access.policy();
  }

  /** What administrators do to messages and clients. */
  public BrokerActions actions() {
    return actions;
  }

  /** Bridges to other brokers. */
  public Bridges bridges() {
    return bridges;
  }

  /** How logins were decided. */
  public AuthFigures logins() {
    return admission.logins();
  }

  /** Who is asked who may connect and who may do what. */
  public Backends backends() {
    return admission.backends();
  }

  public CompletionStage<Void> useUsers(Map<String, String> stored) {
    return admission.useUsers(stored);
  }

  /** Who is not let in. */
  public BanList bans() {
    return bans;
  }

  /** What keeps things on disk; empty where nothing is kept. */
  public Optional<JournalStores> journalStores() {
    return durability.journalStores();
  }

  public Transfers transfers() {
    return durability.transfers(sessions, retained, this::mqtt);
  }

  /** What outlives the process, and why it is not more. */
  public StoreStatus durability() {
    return durability.status();
  }

  /** Who watches what happens. */
  public BrokerEvents events() {
    return events;
  }

  /** What looks at messages and events besides clients. */
  public Integrations integrations() {
    return integrations;
  }

  /** Who would get a message. */
  public TopicSubscribers topicSubscribers() {
    return topicSubscribers;
  }

  /** Pages of the retained messages, and their removal by filter. */
  public RetainedListing retainedListing() {
    return retainedListing;
  }

  /** What all loops have counted since the broker began. */
  public CompletionStage<CounterSnapshot> counters() {
    return loops.counters();
  }

  /** How late each event loop came to its work in the last minutes at worst, in nanoseconds. */
  public long[] maxLoopLagNanos() {
    return loops.maxLagNanos();
  }

  /** How late each event loop is right now, in nanoseconds; 0 = it turns. */
  public long[] loopStallNanos() {
    return loops.stallNanos();
  }

  /** What the messages cost that wait for clients or are in flight, and whether that is short. */
  public MessageMemory messageMemory() {
    return HeldMessages.sum(held);
  }

  /** Whether messages flow, rather than one now and then. */
  public boolean isBusy() {
    return loops.isBusy();
  }

  /** Subscriptions of all sessions. */
  public int subscriptionCount() {
    return router.tree().size();
  }

  /** Subscriptions, the filters they are for, and the sessions that have any. */
  public TopicTree.Counts subscriptionCounts() {
    return router.tree().counts();
  }

  public Listeners listeners() {
    return listeners;
  }

  public Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  /** The ports on which MQTT is served. */
  public List<Integer> ports() {
    return listeners.ports();
  }
}
