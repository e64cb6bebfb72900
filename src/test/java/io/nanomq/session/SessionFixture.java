package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeferredSessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.Router;
import io.nanomq.router.Subscriber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sessions on loops without threads, with all they work with but sockets. */
final class SessionFixture implements AutoCloseable {
  private static final MqttConf DEFAULTS = MqttConf.defaults();

  final MemoryBudgets budgets;
  final Account account = new Account("test");
  final ManualLoops loops;
  final Router router;
  final RetainedStore retained;
  final SessionRegistry registry;
  final DeferredSessionStore store;
  final List<HeldMessages> held = new ArrayList<>();
  final List<LoopSessions> sessions = new ArrayList<>();
  final List<SessionContext> contexts = new ArrayList<>();
  final List<Publisher> publishers = new ArrayList<>();
  final BrokerActions actions;
  final BrokerEvents events = new BrokerEvents();
  int queueLength = 1_000;
  long queueBytes = 1_000_000;
  int retrySeconds = 30;
  int window = 100;
  int maxSessions = 1_000_000;
  private MqttConf conf = DEFAULTS;

  SessionFixture(int loopCount) {
    this(loopCount, 1L << 40);
  }

  SessionFixture(int loopCount, long maxHeldBytes) {
    this(loopCount, maxHeldBytes, new MemoryBudgets(1L << 40, 1L << 40));
  }

  /** With another store than {@link #store}. */
  SessionFixture(int loopCount, SessionStores stores) {
    this(loopCount, 1L << 40, new MemoryBudgets(1L << 40, 1L << 40), stores);
  }

  SessionFixture(int loopCount, long maxHeldBytes, MemoryBudgets budgets) {
    this(loopCount, maxHeldBytes, budgets, null);
  }

  private SessionFixture(
      int loopCount, long maxHeldBytes, MemoryBudgets budgets, @Nullable SessionStores stores) {
    this.budgets = budgets;
    retained = new RetainedStore(() -> 100_000, budgets.of(Purpose.RETAINED));
    loops = new ManualLoops(loopCount);
    router =
        new Router(
            loops.contexts(), () -> 20, () -> false, () -> ShareStrategy.ROUND_ROBIN, budgets);
    registry = new SessionRegistry(loops.contexts());
    store = new DeferredSessionStore(loops::loop);
    store.commitWithinCalls();
    LoopServices[] parts = new LoopServices[loopCount];
    for (LoopContext loop : loops.contexts().all()) {
      int i = loop.index();
      var told = new LoopEvents(loop, events, () -> 7);
      var access = new LoopAccess(loop, told);
      var stored =
          (stores == null ? store : stores).open(loop, new StoreClock(() -> 0, loops::nowMillis));
      router.fanOut(i).store(stored, 0);
      held.add(new HeldMessages(loop, maxHeldBytes));
      var context =
          new SessionContext(
              loop,
              router.fanOut(i),
              stored,
              registry::nextNumber,
              this::conf,
              budgets,
              held.get(i),
              told,
              access);
      contexts.add(context);
      var publisher =
          new Publisher(loop, router.fanOut(i), router.cache(i), retained, stored, told);
      publishers.add(publisher);
      var owned = new LoopSessions(context, registry, router.tree(), publisher);
      sessions.add(owned);
      var subscriptions = new Subscriptions(context, router.tree(), retained);
      parts[i] =
          new LoopServices(
              loop, owned, publisher, subscriptions, stored, registry::nextNumber, told, access);
    }
    actions = new BrokerActions(registry, parts);
  }

  /** The same as long as nothing is set, as in a broker: a test may count what is allocated. */
  private MqttConf conf() {
    MqttConf.Queues now = conf.queues();
    boolean isSame =
        now.length() == queueLength
            && now.bytes() == queueBytes
            && now.retrySeconds() == retrySeconds
            && now.maxInflightWindow() == window
            && conf.broker().maxSessions() == maxSessions;
    if (!isSame) {
      conf = newConf();
    }
    return conf;
  }

  private MqttConf newConf() {
    MqttConf d = DEFAULTS;
    var queues =
        new MqttConf.Queues(
            queueLength, queueBytes, retrySeconds, window, d.queues().receiveMaximum());
    var broker =
        new MqttConf.Totals(d.broker().maxRetained(), d.broker().maxConnections(), maxSessions);
    return new MqttConf(
        d.packets(),
        queues,
        d.client(),
        broker,
        d.capabilities(),
        d.rewrites(),
        d.presets(),
        d.shares(),
        d.rates(),
        d.quotas(),
        d.flapping(),
        false);
  }

  static Connect connect(String id, int version, boolean clean, Will will, int receiveMaximum) {
    return new Connect(
        version,
        id,
        clean,
        60,
        "user",
        null,
        will,
        new ConnectProperties(0, receiveMaximum, 0, 0, false, true, false, null));
  }

  /** Opens a session of MQTT 5 and attaches a socket. */
  LoopSessions.Opened open(
      int loop, String id, boolean clean, long expiry, RecordingWriter socket) {
    return open(loop, connect(id, socket.version(), clean, null, 65_535), expiry, socket);
  }

  LoopSessions.Opened open(int loop, Connect connect, long expiry, RecordingWriter socket) {
    return open(loop, connect, expiry, socket, account);
  }

  LoopSessions.Opened open(
      int loop, Connect connect, long expiry, RecordingWriter socket, Account whose) {
    LoopSessions.Opened opened = sessions.get(loop).open(connect, socket, 60, expiry, whose);
    opened.session().attach(socket);
    return opened;
  }

  Subscriber subscribe(Session session, String filter) {
    return subscribe(session, new Subscription(filter, 2, false, false, 0, 0));
  }

  Subscriber subscribe(Session session, Subscription subscription) {
    Subscriber subscriber = new Subscriber(session, subscription);
    session.addSubscription(subscriber);
    router.tree().add(subscriber);
    return subscriber;
  }

  static PublishMessage message(
      String topic, String payload, int qos, boolean retain, long expires) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return new PublishMessage(TopicName.of(topic), bytes, new byte[0], qos, retain, expires);
  }

  ReasonCode publish(int loop, String topic, String payload, int qos) {
    PublishMessage message = message(topic, payload, qos, false, PublishMessage.NEVER);
    return publishers.get(loop).publish(message, null);
  }

  void disconnect(Session session) {
    sessions.get(session.loopIndex()).disconnected(session, true);
  }

  long drops(DropReason reason) {
    return loops.contexts().all().stream().mapToLong(l -> l.counters().drops(reason)).sum();
  }

  /** What a session holds that stands for itself. */
  static SessionMemory memory() {
    return new SessionMemory(new Budget(Purpose.SESSIONS, 1L << 40), null, true);
  }

  /** What the messages cost that the sessions of a loop keep, added up one by one. */
  long naiveHeldBytes(int loop, Collection<Session> all) {
    Set<PublishMessage> messages = Collections.newSetFromMap(new IdentityHashMap<>());
    long sum = 0;
    for (Session session : all) {
      Deliveries kept = session.loopIndex() == loop ? session.sentDeliveries() : null;
      if (kept == null || session.hasEnded()) {
        continue;
      }
      long own = 0;
      for (Delivery d : kept(kept)) {
        sum += d.referenceBytes();
        own += d.bytes();
        if (d.message != null) {
          messages.add(d.message);
        }
      }
      assertThat(kept.heldBytes()).as("held by %s", session.clientId()).isEqualTo(own);
    }
    return sum + messages.stream().mapToLong(PublishMessage::retainedBytes).sum();
  }

  private static List<Delivery> kept(Deliveries deliveries) {
    List<Delivery> all = new ArrayList<>();
    for (Delivery d = deliveries.queue().first(); d != null; d = d.next) {
      all.add(d);
    }
    for (Delivery d = deliveries.inflightDeliveries().first(); d != null; d = d.next) {
      all.add(d);
    }
    return all;
  }

  @Override
  public void close() {
    router.close();
  }
}
