package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.authn.ClientIdentity;
import io.nanomq.authn.Verdict;
import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.Bytes;
import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.limit.BanList;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ManualLoops;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.persistence.DeferredSessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.queue.HeldMessages;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.Router;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Publisher;
import io.nanomq.session.SessionContext;
import io.nanomq.session.SessionRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** One loop with all that its connections work with, and channels without sockets. */
final class ConnectionFixture implements AutoCloseable {
  static final Verdict LET_IN = Verdict.allow(ClientIdentity.anonymous(null, "tcp"));

  final MemoryBudgets budgets;
  final ManualLoops loops = new ManualLoops(1);
  final LoopContext loop = loops.context(0);
  final DeferredSessionStore store = new DeferredSessionStore(i -> Runnable::run);
  final SessionRegistry registry = new SessionRegistry(loops.contexts());
  final RetainedStore retained;
  final BanList bans = new BanList(Clock.systemUTC());
  final ConnectionContext context;
  private final Router router;
  private final List<EmbeddedChannel> channels = new ArrayList<>();
  MqttConf conf = MqttConf.defaults();
  Authenticator authenticator = (login, answer) -> answer.accept(LET_IN);

  ConnectionFixture() {
    this(1L << 36);
  }

  /**
   * @param memory bytes of the heap, and outside of it
   */
  ConnectionFixture(long memory) {
    budgets = new MemoryBudgets(memory, memory);
    retained = new RetainedStore(() -> 1_000, budgets.of(Purpose.RETAINED));
    router =
        new Router(
            loops.contexts(), () -> 20, () -> false, () -> ShareStrategy.ROUND_ROBIN, budgets);
    store.commitFromNowOn();
    var fanOut = router.fanOut(0);
    var sessionContext =
        new SessionContext(
            loop,
            fanOut,
            store.open(loop, new StoreClock(() -> 0, loops::nowMillis)),
            registry::nextNumber,
            () -> conf,
            budgets,
            new HeldMessages(loop, 1L << 30),
            new LoopEvents(loop, new BrokerEvents(), () -> 7),
            new LoopAccess(loop, new LoopEvents(loop, new BrokerEvents(), () -> 7)));
    var publisher =
        new Publisher(
            loop,
            fanOut,
            router.cache(0),
            retained,
            sessionContext.store(),
            new LoopEvents(loop, new BrokerEvents(), () -> 7));
    var sessions = new LoopSessions(sessionContext, registry, router.tree(), publisher);
    Authenticator live = (login, answer) -> authenticator.authenticate(login, answer);
    var shared =
        new ConnectionContext.Shared(
            router.tree(), retained, live, new UnfinishedBytes(1 << 24, 1 << 24), bans);
    ConnectionContext[] all = new ConnectionContext[1];
    context = new ConnectionContext(sessionContext, registry, sessions, publisher, shared, all);
    all[0] = context;
  }

  /** A client as it would be behind a socket. */
  final class Client {
    final Connection connection = new Connection(context, new ListenerName("tcp"));
    final EmbeddedChannel channel = new EmbeddedChannel(connection.decoder());

    Client() {
      channels.add(channel);
    }

    /** Sends bytes, hexadecimal, in one read, and lets the turn end. */
    Client send(String hex) {
      channel.writeInbound(Bytes.hex(hex));
      settle();
      return this;
    }

    void settle() {
      loops.runAll();
      channel.runPendingTasks();
      loops.runAll();
    }

    /** What was sent to the client since it was last asked, hexadecimal. */
    String got() {
      settle();
      StringBuilder all = new StringBuilder();
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        all.append(Bytes.hex(out));
        out.release();
      }
      return all.toString();
    }

    /** Packets that were sent to it in one write each. */
    int writes() {
      settle();
      return channel.outboundMessages().size();
    }

    boolean isOpen() {
      settle();
      return channel.isOpen();
    }
  }

  /** A socket that has said nothing yet. */
  Client client() {
    return new Client();
  }

  /** CONNECT of MQTT 5 with Clean Start. */
  static String connect(String id, String properties) {
    return connect(5, 2, id, properties);
  }

  static String connect(int version, int flags, String id, String properties) {
    Bytes body = Bytes.of().text(version == 3 ? "MQIsdp" : "MQTT").u8(version).u8(flags).u16(0);
    if (version == 5) {
      body.properties(p -> p.raw(properties));
    }
    return Bytes.hex(Bytes.packet(0x10, body.text(id).buf()));
  }

  /** A client of that version that has got its CONNACK. */
  Client connected(int version, String id) {
    Client client = client().send(connect(version, 2, id, ""));
    String connack = client.got();
    if (!connack.startsWith("20") || !client.connection.isConnected()) {
      throw new AssertionError("no CONNACK with success but " + connack);
    }
    return client;
  }

  @Override
  public void close() {
    for (EmbeddedChannel channel : channels) {
      channel.close();
      channel.runPendingTasks();
      loops.runAll();
      channel.finishAndReleaseAll();
    }
    loops.runAll();
    router.close();
  }
}
