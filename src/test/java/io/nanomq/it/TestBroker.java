package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Broker;
import io.nanomq.BrokerEnvironment;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.persistence.SessionStores;
import io.nanomq.tls.PemSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultithreadEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A broker of one test, without Quarkus: TCP and WebSocket on free ports of 127.0.0.1. */
public final class TestBroker implements AutoCloseable {
  public static final String HOST = "127.0.0.1";

  private static final int SECONDS = 60;

  /** A store of which a test wants to see what is retained come back. */
  interface Early {}

  private final SessionStores store;
  private final MultithreadEventLoopGroup loops;
  private final EventLoopGroup acceptors;
  private final Broker broker;
  private final MemoryBudgets budgets;
  private NanomqConf conf;
  private final List<ListenerConf> listeners;

  private TestBroker(int loopCount, boolean epoll, MqttConf conf, SessionStores store) {
    this(loopCount, epoll, conf, store, MemoryBudgets.ofProcess(), () -> 0);
  }

  private TestBroker(
      int loopCount,
      boolean epoll,
      MqttConf conf,
      SessionStores store,
      MemoryBudgets budgets,
      LongSupplier aheadMillis) {
    this(loopCount, epoll, of(loopCount, conf), store, budgets, aheadMillis);
  }

  private static NanomqConf of(int loopCount, MqttConf conf) {
    var listeners =
        List.of(
            Confs.listener("tcp", Transport.TCP, HOST, 0, ""),
            Confs.listener("ws", Transport.WS, HOST, 0, "/mqtt"));
    return Copy.of(
        NanomqConf.defaults(), "eventLoops", loopCount, "mqtt", conf, "listeners", listeners);
  }

  private TestBroker(
      int loopCount,
      boolean epoll,
      NanomqConf conf,
      SessionStores store,
      MemoryBudgets budgets,
      LongSupplier aheadMillis) {
    this.budgets = budgets;
    this.store = store;
    loops = epoll ? new EpollEventLoopGroup(loopCount) : new NioEventLoopGroup(loopCount);
    acceptors = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    listeners = conf.listeners();
    this.conf = conf;
    broker =
        new Broker(
            this.conf,
            loops,
            acceptors,
            "1.2.3",
            PemSource.DISK,
            new BrokerEnvironment(
                store,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + aheadMillis.getAsLong(),
                budgets));
    await(broker.start().toCompletableFuture());
    if (!(store instanceof Early)) {
      await(broker.retained().whenRead().toCompletableFuture());
    }
  }

  /** Two loops, the native transport where there is one, the default limits. */
  public static TestBroker start() {
    return start(MqttConf.defaults());
  }

  public static TestBroker start(MqttConf conf) {
    return new TestBroker(2, Epoll.isAvailable(), conf, TestStores.usual());
  }

  public static TestBroker start(MqttConf conf, SessionStores store) {
    return new TestBroker(2, Epoll.isAvailable(), conf, store);
  }

  /** As above, with as much memory as a process with such a heap. */
  static TestBroker start(MqttConf conf, SessionStores store, MemoryBudgets budgets) {
    return start(conf, store, budgets, () -> 0);
  }

  /** As above, with a clock as of {@link #start(LongSupplier)}. */
  static TestBroker start(
      MqttConf conf, SessionStores store, MemoryBudgets budgets, LongSupplier aheadMillis) {
    return new TestBroker(2, Epoll.isAvailable(), conf, store, budgets, aheadMillis);
  }

  /** One with that many loops, and a store that outlives it: see {@link #leave}. */
  public static TestBroker start(int loops, SessionStores store) {
    return new TestBroker(loops, Epoll.isAvailable(), MqttConf.defaults(), store);
  }

  /** As above, with that configuration from the start. */
  static TestBroker start(int loops, SessionStores store, UnaryOperator<NanomqConf> change) {
    return new TestBroker(
        loops,
        Epoll.isAvailable(),
        change.apply(of(loops, MqttConf.defaults())),
        store,
        MemoryBudgets.ofProcess(),
        () -> 0);
  }

  /** Stops as a process does: what is to outlive it stays. */
  public void leave() {
    stop();
  }

  /** As {@link #start()}, with as much memory as a process with such a heap. */
  public static TestBroker start(MemoryBudgets budgets) {
    var store = TestStores.usual();
    return new TestBroker(2, Epoll.isAvailable(), MqttConf.defaults(), store, budgets, () -> 0);
  }

  /**
   * As {@link #start()}, with a clock of its loops that the test puts forward: what is to happen
   * before a time does, however slow the machine is.
   *
   * @param aheadMillis by how much; it never goes back
   */
  static TestBroker start(LongSupplier aheadMillis) {
    return new TestBroker(
        2,
        Epoll.isAvailable(),
        MqttConf.defaults(),
        TestStores.usual(),
        MemoryBudgets.ofProcess(),
        aheadMillis);
  }

  /** As above with that many loops, not native, and that configuration. */
  static TestBroker start(int loops, MqttConf conf, LongSupplier aheadMillis) {
    var store = TestStores.usual();
    return new TestBroker(loops, false, conf, store, MemoryBudgets.ofProcess(), aheadMillis);
  }

  public static TestBroker start(int loops, boolean epoll, MqttConf conf) {
    return new TestBroker(loops, epoll, conf, TestStores.usual());
  }

  /** Puts a changed configuration in force. */
  public void apply(UnaryOperator<NanomqConf> change) {
    conf = change.apply(conf);
    reconfigure(conf);
  }

  public Broker broker() {
    return broker;
  }

  /** The event loop of that index, in the broker's order. */
  public Executor loop(int index) {
    return StreamSupport.stream(loops.spliterator(), false).skip(index).findFirst().orElseThrow();
  }

  /** Sockets that are open now have buffers of so many bytes, which no longer grow. */
  void narrow(int bytes) {
    for (EventExecutor loop : loops) {
      loop.submit(() -> narrow((SingleThreadEventLoop) loop, bytes)).syncUninterruptibly();
    }
  }

  private static void narrow(SingleThreadEventLoop loop, int bytes) {
    loop.registeredChannelsIterator()
        .forEachRemaining(
            channel -> {
              channel.config().setOption(ChannelOption.SO_SNDBUF, bytes);
              channel.config().setOption(ChannelOption.SO_RCVBUF, bytes);
            });
  }

  /** The socket that leads from here to a port. */
  Channel socketTo(int port) {
    List<Channel> found = new ArrayList<>();
    for (EventExecutor loop : loops) {
      loop.submit(
              () ->
                  ((SingleThreadEventLoop) loop)
                      .registeredChannelsIterator()
                      .forEachRemaining(
                          channel -> {
                            if (channel.remoteAddress() instanceof InetSocketAddress there
                                && there.getPort() == port) {
                              found.add(channel);
                            }
                          }))
          .syncUninterruptibly();
    }
    return found.get(0);
  }

  /** Puts everything else of a configuration in force, while the listeners stay. */
  public void reconfigure(NanomqConf conf) {
    reconfigure(conf, List.of());
  }

  /** The same with further listeners, which are opened unless they are open. */
  void reconfigure(NanomqConf conf, List<ListenerConf> further) {
    List<ListenerConf> all = new ArrayList<>(listeners);
    all.addAll(further);
    NanomqConf next = Copy.of(conf, "listeners", all);
    var move = broker.move(next);
    await(move.open().thenCompose(done -> broker.commit(next, move)).toCompletableFuture());
  }

  public int port() {
    return broker.listeners().port("tcp");
  }

  public int webSocketPort() {
    return broker.listeners().port("ws");
  }

  /** A client of raw packets, connected to the TCP listener. */
  public RawClient raw(int version) {
    return new RawClient(HOST, port(), version);
  }

  /** As above, connected to the TCP listener of that name. */
  public RawClient raw(String listener, int version) {
    return new RawClient(HOST, broker.listeners().port(listener), version);
  }

  /** As above, over the WebSocket listener. */
  public RawClient rawWebSocket(int version) {
    return new RawClient(RawWebSocket.open(HOST, webSocketPort(), "/mqtt"), version);
  }

  /** A client of MQTT 3.1.1 with a clean session that lives on a given loop. */
  public RawClient rawOn(int loop, String clientId) {
    for (int attempt = 0; attempt < 100; attempt++) {
      RawClient client = raw(4).connected(clientId, true);
      if (broker.sessions().find(clientId).loop().index() == loop) {
        return client;
      }
      client.close();
      soon().until(() -> broker.sessions().find(clientId) == null);
    }
    throw new AssertionError("no socket came to loop " + loop);
  }

  /** Waits for what takes a few milliseconds, and not much longer than that. */
  static ConditionFactory soon() {
    return Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(SECONDS));
  }

  /** Waits until that many sockets are open. */
  public void awaitConnections(int count) {
    soon().until(() -> broker.sessions().connectionCount() == count);
  }

  /** Stops, after it was seen that nothing is kept for clients that are gone. */
  @Override
  public void close() {
    try {
      await(broker.bridges().stop().toCompletableFuture());
      await(broker.listeners().closeAll().toCompletableFuture());
      removeAll();
      broker.integrations().traces().close();
      broker.integrations().webhooks().apply(NanomqConf.defaults().integrations().webhook());
      broker.integrations().rules().apply(NanomqConf.defaults().integrations().rules(), listeners);
      soon().untilAsserted(this::assertNothingIsKept);
    } finally {
      stop();
    }
  }

  /** Sessions end. */
  private void removeAll() {
    List<String> clients = new ArrayList<>();
    broker.sessions().clientIds().forEach(clients::add);
    broker.actions().kick(clients, true);
    soon().until(() -> broker.sessions().size() == 0);
  }

  private void assertNothingIsKept() {
    if (broker.retained().size() > 0) {
      // Wills are published as sessions end. Wildcards match no topic that begins with $.
      await(broker.retainedListing().remove("#").toCompletableFuture());
      await(broker.retainedListing().remove("$own/#").toCompletableFuture());
    }
    for (Purpose purpose : Purpose.values()) {
      // What was decided is kept for those who come back, until the broker stops.
      if (purpose != Purpose.VERDICTS) {
        assertThat(budgets.of(purpose).held()).as("kept for nobody: %s", purpose).isZero();
      }
    }
    assertThat(budgets.accounts().size()).as("accounts of nobody").isZero();
  }

  private void stop() {
    await(broker.stop().toCompletableFuture());
    assertThat(budgets.of(Purpose.VERDICTS).held()).as("kept after the end").isZero();
    TestStores.remove(store);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    acceptors.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static void await(java.util.concurrent.CompletableFuture<?> future) {
    try {
      future.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
