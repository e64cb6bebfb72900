package io.nanomq.listener;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.connection.ListenerName;
import io.nanomq.loop.EventLoops;
import io.nanomq.tls.PemSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The listeners that are open: opened, closed, and changed to what a new configuration says without
 * touching those that it leaves as they are.
 *
 * <p>Shared: the set is concurrent; whoever changes listeners does so one change at a time.
 */
public final class Listeners implements AutoCloseable {
  private final EventLoops loops;
  private final ListenerSockets sockets;
  private final ConnectionContext[] contexts;
  private final PemSource pems;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private final KeyFileWatch tlsFiles;
  private final TlsHandshakes handshakes;

  /** A listener with the sockets that it accepted. */
  record Open(
      ListenerConf conf,
      ListenerName name,
      Channel server,
      ChannelGroup channels,
      @Nullable TlsContext tls) {
    int port() {
      return ((InetSocketAddress) server.localAddress()).getPort();
    }
  }

  /**
   * @param contexts by loop
   * @param pems what keys and certificates are read from
   * @param endsRevoked whether clients are to be disconnected that could not come again
   */
  public Listeners(
      EventLoops loops,
      EventLoopGroup acceptors,
      EventLoopGroup group,
      ConnectionContext[] contexts,
      PemSource pems,
      BooleanSupplier endsRevoked) {
    this.loops = loops;
    this.sockets = new ListenerSockets(acceptors, group);
    this.contexts = contexts;
    this.pems = pems;
    this.handshakes = new TlsHandshakes();
    this.tlsFiles = new KeyFileWatch(() -> keys(endsRevoked));
  }

  private List<ListenerKeyFiles> keys(BooleanSupplier endsRevoked) {
    List<ListenerKeyFiles> keys = new ArrayList<>();
    for (Open listener : open) {
      TlsContext tls = listener.tls();
      if (tls != null) {
        keys.add(new ListenerKeyFiles(tls, listener.channels(), endsRevoked));
      }
    }
    return keys;
  }

  /**
   * Opens a listener; fails with the cause where its address cannot be bound or its certificate
   * cannot be used.
   */
  public CompletionStage<Void> open(ListenerConf conf) {
    if (!conf.transport().isSecure()) {
      return bind(conf, null);
    }
    // Files are not read on an event loop.
    return CompletableFuture.supplyAsync(() -> tlsContext(conf))
        .thenCompose(tls -> bind(conf, tls));
  }

  private TlsContext tlsContext(ListenerConf conf) {
    try {
      return new TlsContext(conf.tls(), pems);
    } catch (Exception e) {
      throw new CompletionException(
          new IllegalStateException(
              "Listener " + conf.name() + " has no usable certificate: " + e.getMessage(), e));
    }
  }

  private CompletionStage<Void> bind(ListenerConf conf, @Nullable TlsContext tls) {
    ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    CompletableFuture<Void> done = new CompletableFuture<>();
    ListenerName name = new ListenerName(conf.name(), conf.terms());
    ChannelFuture bind = sockets.bind(conf, pipeline(conf, name, tls, channels));
    bind.addListener(
        bound -> {
          if (bound.isSuccess()) {
            open.add(new Open(conf, name, bind.channel(), channels, tls));
            done.complete(null);
          } else {
            done.completeExceptionally(
                new IllegalStateException(
                    "Cannot listen on "
                        + conf.host()
                        + ":"
                        + conf.port()
                        + " ("
                        + conf.name()
                        + ")",
                    bound.cause()));
          }
        });
    return done;
  }

  private MqttPipeline pipeline(
      ListenerConf conf, ListenerName name, @Nullable TlsContext tls, ChannelGroup channels) {
    return new MqttPipeline(conf, name, tls, loops, contexts, channels, handshakes);
  }

  /** What is to be done to make the open listeners those of {@code wanted}. */
  public ListenersMove move(List<ListenerConf> wanted) {
    List<ListenerConf> coming = new ArrayList<>(wanted);
    List<Open> leaving = new ArrayList<>(open);
    Map<Open, ListenerConf> renamed = new LinkedHashMap<>();
    leaving.removeIf(listener -> coming.remove(listener.conf()));
    // A name may be nothing but a place in a list, which moves when another listener comes or goes.
    leaving.removeIf(
        listener -> {
          ListenerConf same = sameAs(listener.conf(), coming);
          if (same != null) {
            coming.remove(same);
            renamed.put(listener, same);
          }
          return same != null;
        });
    return new ListenersMove(this, leaving, coming, renamed);
  }

  private static @Nullable ListenerConf sameAs(ListenerConf one, List<ListenerConf> others) {
    return others.stream()
        .filter(other -> sameSockets(other, one).equals(one))
        .findFirst()
        .orElse(null);
  }

  /** Name and limits are of no concern to the sockets that are open. */
  private static ListenerConf sameSockets(ListenerConf other, ListenerConf one) {
    return other.withName(one.name()).with(other.terms().with(one.terms().limits()));
  }

  /** What is told of them from now on; their sockets notice nothing. */
  void rename(Map<Open, ListenerConf> renamed) {
    renamed.forEach(
        (old, conf) -> {
          old.name().set(conf.name());
          old.name().meter().limits(conf.terms().limits());
          open.add(new Open(conf, old.name(), old.server(), old.channels(), old.tls()));
          open.remove(old);
        });
  }

  /** Those of {@code confs} that are open. */
  List<Open> opened(List<ListenerConf> confs) {
    return open.stream().filter(listener -> confs.contains(listener.conf())).toList();
  }

  /** Opens again what accepts nobody more. */
  CompletionStage<Void> reopen(Open old) {
    MqttPipeline pipeline = pipeline(old.conf(), old.name(), old.tls(), old.channels());
    ChannelFuture bind = sockets.bind(old.conf(), pipeline);
    CompletableFuture<Void> done = new CompletableFuture<>();
    bind.addListener(
        bound -> {
          if (bound.isSuccess()) {
            open.add(new Open(old.conf(), old.name(), bind.channel(), old.channels(), old.tls()));
            done.complete(null);
          } else {
            done.completeExceptionally(bound.cause());
          }
        });
    return done;
  }

  /** The ports that are open, in no order. */
  public List<Integer> ports() {
    return open.stream().map(Open::port).toList();
  }

  /**
   * The port of one listener.
   *
   * @throws IllegalArgumentException where no such listener is open
   */
  public int port(String name) {
    return open.stream()
        .filter(listener -> listener.conf().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no listener " + name))
        .port();
  }

  /** Accepts nobody more, tells the clients of all listeners (0x8B), closes their sockets. */
  public CompletionStage<Void> closeAll() {
    List<Open> all = List.copyOf(open);
    return stopAccepting(all).thenCompose(stopped -> closeAccepted(all));
  }

  /** Frees their addresses; the sockets that they accepted stay. */
  CompletionStage<Void> stopAccepting(List<Open> listeners) {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Open listener : listeners) {
      open.remove(listener);
      CompletableFuture<Void> done = new CompletableFuture<>();
      closing.add(done);
      listener.server().close().addListener(closed -> done.complete(null));
    }
    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
  }

  /** Tells the clients that they accepted (0x8B), and closes their sockets. */
  static CompletionStage<Void> closeAccepted(List<Open> listeners) {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Open listener : listeners) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      closing.add(done);
      ChannelGroup channels = listener.channels();
      // Whoever was accepted so late that the group has it only now is closed as it comes.
      channels
          .newCloseFuture()
          .addListener(told -> channels.close().addListener(all -> done.complete(null)));
      for (Channel channel : channels) {
        channel
            .pipeline()
            .fireUserEventTriggered(
                new ProtocolError(ReasonCode.SERVER_SHUTTING_DOWN, "the listener is closed"));
      }
    }
    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
  }

  /** Ends the threads that look at certificate files and compute handshakes. */
  @Override
  public void close() {
    handshakes.close();
    tlsFiles.close();
  }
}
