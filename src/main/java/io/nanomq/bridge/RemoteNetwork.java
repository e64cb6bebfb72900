package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.outgoing.Outgoing;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.NoopAddressResolverGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Opens sockets to other brokers. Safe for any thread. Names are looked up off the loops. */
public final class RemoteNetwork implements AutoCloseable {
  /** A look-up may hang for as long as the resolver lets it: others go on beside it. */
  private static final int THREADS = 4;

  private static final int MOST_WAITING = 1024;
  private static final int CONNECT_MILLIS = 10_000;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final Class<? extends Channel> channel;
  private final Outgoing outgoing;
  private final BlockingWork blocking = new BlockingWork("nanomq-bridges", THREADS, MOST_WAITING);

  /**
   * @param group the loops on which the sockets are to be
   * @param outgoing where they may go
   */
  public RemoteNetwork(EventLoopGroup group, Outgoing outgoing) {
    this.outgoing = outgoing;
    channel =
        group instanceof EpollEventLoopGroup ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Where sockets may go. */
  Outgoing outgoing() {
    return outgoing;
  }

  /**
   * Has something done that may block.
   *
   * @param from who takes turns with others
   */
  <T> CompletionStage<T> submit(Object from, Callable<T> what) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Runnable refused =
        () -> done.completeExceptionally(new IOException("too many bridges connect at once"));
    blocking.submit(
        from,
        BlockingWork.Work.of(
            () -> {
              try {
                done.complete(what.call());
              } catch (UnknownHostException e) {
                done.completeExceptionally(new IOException("no such host: " + e.getMessage()));
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            },
            refused));
    return done;
  }

  /** Does the steps of handshakes; where there is no room, the handshake runs out of time. */
  Executor steps(Object from) {
    return step -> blocking.submit(from, BlockingWork.Work.of(step, () -> {}));
  }

  /**
   * Opens a socket on that loop.
   *
   * @param address where to; a name that is not looked up is for who stands in the pipeline
   */
  ChannelFuture connect(
      EventLoop loop, InetSocketAddress address, ChannelHandler pipeline, BridgeConf.Tcp tcp) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(channel)
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .handler(pipeline);
    new TcpOptions(tcp, channel == EpollSocketChannel.class).set(bootstrap);
    return bootstrap.connect(address);
  }

  @Override
  public void close() {
    blocking.close();
  }
}
