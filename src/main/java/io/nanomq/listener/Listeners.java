package io.nanomq.listener;

import io.nanomq.config.ListenerConf;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.loop.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The listeners that are open, by name. Sockets are accepted by Netty on Vert.x's loops: a Vert.x
 * NetServer would keep a handler and a context for each connection, tied to the loop that accepted
 * it, and our channels may move to another one.
 *
 * <p>Shared: the map is concurrent; whoever changes listeners does so one change at a time.
 */
public final class Listeners {
  private static final int BACKLOG = 4096;

  // Bytes that may wait in a socket's buffer before, and until, the session's queue takes over.
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final EventLoops loops;
  private final EventLoopGroup acceptors;
  private final EventLoopGroup group;
  private final ConnectionContext[] contexts;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  /** A listener with the sockets that it accepted. */
  private record Open(ListenerConf conf, Channel server, ChannelGroup channels) {}

  public Listeners(
      EventLoops loops,
      EventLoopGroup acceptors,
      EventLoopGroup group,
      ConnectionContext[] contexts) {
    this.loops = loops;
    this.acceptors = acceptors;
    this.group = group;
    this.contexts = contexts;
  }

  /** Opens a listener; fails with the cause where its address cannot be bound. */
  public CompletionStage<Void> open(ListenerConf conf) {
    ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptors, group)
            .channel(serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childHandler(new MqttPipeline(conf, loops, contexts, channels));
    CompletableFuture<Void> done = new CompletableFuture<>();
    var bind = bootstrap.bind(new InetSocketAddress(conf.host(), conf.port()));
    bind.addListener(
        bound -> {
          if (bound.isSuccess()) {
            open.put(conf.name(), new Open(conf, bind.channel(), channels));
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

  private Class<? extends ServerChannel> serverChannel() {
    return group instanceof EpollEventLoopGroup
        ? EpollServerSocketChannel.class
        : NioServerSocketChannel.class;
  }

  /** The ports that are open, in no order. */
  public List<Integer> ports() {
    List<Integer> ports = new ArrayList<>();
    for (Open listener : open.values()) {
      ports.add(portOf(listener));
    }
    return ports;
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

  /** Closes the listening sockets; those that were accepted stay. */
  public CompletionStage<Void> stopAccepting() {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Open listener : open.values()) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      closing.add(done);
      listener.server().close().addListener(closed -> done.complete(null));
    }
    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
  }

  /** Closes all listeners and the sockets that they accepted. */
  public CompletionStage<Void> closeAll() {
    return stopAccepting().thenCompose(stopped -> closeAccepted());
  }

  private CompletionStage<Void> closeAccepted() {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Open listener : open.values()) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      closing.add(done);
      listener.channels().close().addListener(all -> done.complete(null));
    }
    open.clear();
    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
  }
}
