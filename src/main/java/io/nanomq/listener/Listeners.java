package io.nanomq.listener;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.ListenerConf;
import io.nanomq.config.PemSource;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.loop.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The listeners that are open, by name: opened, closed, and changed to what a new configuration
 * says without touching those that it leaves as they are.
 *
 * <p>Shared: the map is concurrent; whoever changes listeners does so one change at a time.
 */
public final class Listeners implements AutoCloseable {
  private final EventLoops loops;
  private final ListenerSockets sockets;
  private final ConnectionContext[] contexts;
  private final PemSource pems;
  private final Map<String, Open> open = new ConcurrentHashMap<>();
  private final KeyFileWatch tlsFiles;

  /** A listener with the sockets that it accepted. */
  private record Open(
      ListenerConf conf, Channel server, ChannelGroup channels, @Nullable TlsContext tls) {}

  /**
   * @param contexts by loop
   * @param pems what keys and certificates are read from
   */
  public Listeners(
      EventLoops loops,
      EventLoopGroup acceptors,
      EventLoopGroup group,
      ConnectionContext[] contexts,
      PemSource pems) {
    this.loops = loops;
    this.sockets = new ListenerSockets(acceptors, group);
    this.contexts = contexts;
    this.pems = pems;
    this.tlsFiles = new KeyFileWatch(this::tlsContexts);
  }

  private List<TlsContext> tlsContexts() {
    return open.values().stream().map(Open::tls).filter(Objects::nonNull).toList();
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
    ChannelFuture bind = sockets.bind(conf, new MqttPipeline(conf, tls, loops, contexts, channels));
    bind.addListener(
        bound -> {
          if (bound.isSuccess()) {
            open.put(conf.name(), new Open(conf, bind.channel(), channels, tls));
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

  /**
   * Makes the open listeners those of {@code wanted}. A listener that is the same as before is not
   * touched. Where one cannot be opened, everything is put back as it was and the result fails.
   */
  public CompletionStage<Void> apply(List<ListenerConf> wanted) {
    List<ListenerConf> before = open.values().stream().map(Open::conf).toList();
    List<Open> leaving = open.values().stream().filter(o -> !wanted.contains(o.conf())).toList();
    List<ListenerConf> coming = wanted.stream().filter(conf -> !before.contains(conf)).toList();
    // Addresses must be free before they are bound again; accepted sockets stay until all is well.
    CompletionStage<Void> step = stopAccepting(leaving);
    leaving.forEach(gone -> open.remove(gone.conf().name(), gone));
    for (ListenerConf conf : coming) {
      step = step.thenCompose(done -> open(conf));
    }
    return step.handle(
            (done, failure) ->
                failure == null ? closeAccepted(leaving) : putBack(coming, leaving, failure))
        .thenCompose(stage -> stage);
  }

  /** Closes what came, opens what had left, and fails with what went wrong first. */
  private CompletionStage<Void> putBack(
      List<ListenerConf> coming, List<Open> leaving, Throwable failure) {
    List<Open> opened =
        open.values().stream().filter(listener -> coming.contains(listener.conf())).toList();
    CompletionStage<Void> step = stopAccepting(opened);
    opened.forEach(gone -> open.remove(gone.conf().name(), gone));
    for (Open old : leaving) {
      step = step.thenCompose(done -> reopen(old));
    }
    return step.handle(
        (done, again) -> {
          Throwable inner = failure.getCause();
          Throwable cause =
              failure instanceof CompletionException && inner != null ? inner : failure;
          if (again != null) {
            cause.addSuppressed(again);
          }
          throw new CompletionException(cause);
        });
  }

  private CompletionStage<Void> reopen(Open old) {
    ChannelFuture bind =
        sockets.bind(
            old.conf(), new MqttPipeline(old.conf(), old.tls(), loops, contexts, old.channels()));
    CompletableFuture<Void> done = new CompletableFuture<>();
    bind.addListener(
        bound -> {
          if (bound.isSuccess()) {
            open.put(
                old.conf().name(), new Open(old.conf(), bind.channel(), old.channels(), old.tls()));
            done.complete(null);
          } else {
            done.completeExceptionally(bound.cause());
          }
        });
    return done;
  }

  /** The ports that are open, in no order. */
  public List<Integer> ports() {
    return open.values().stream().map(Listeners::portOf).toList();
  }

  /**
   * The port of one listener.
   *
   * @throws IllegalArgumentException where no such listener is open
   */
  public int port(String name) {
    Open listener = open.get(name);
    if (listener == null) {
      throw new IllegalArgumentException("no listener " + name);
    }
    return portOf(listener);
  }

  private static int portOf(Open listener) {
    return ((InetSocketAddress) listener.server().localAddress()).getPort();
  }

  /** Accepts nobody more, tells the clients of all listeners (0x8B), closes their sockets. */
  public CompletionStage<Void> closeAll() {
    List<Open> all = List.copyOf(open.values());
    open.clear();
    return stopAccepting(all).thenCompose(stopped -> closeAccepted(all));
  }

  private static CompletionStage<Void> stopAccepting(List<Open> listeners) {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Open listener : listeners) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      closing.add(done);
      listener.server().close().addListener(closed -> done.complete(null));
    }
    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
  }

  private static CompletionStage<Void> closeAccepted(List<Open> listeners) {
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

  /** Ends the thread that looks at certificate files. */
  @Override
  public void close() {
    tlsFiles.close();
  }
}
