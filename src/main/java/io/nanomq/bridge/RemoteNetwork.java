package io.nanomq.bridge;

import io.nanomq.loop.BlockingWork;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens sockets to other brokers. Safe for any thread. Names are looked up off the loops. */
final class RemoteNetwork implements AutoCloseable {
  /** A look-up may hang for as long as the resolver lets it: others go on beside it. */
  private static final int LOOK_UPS = 4;

  private static final int LOOK_UPS_WAITING = 1024;
  private static final int CONNECT_MILLIS = 10_000;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final Class<? extends Channel> channel;
  private final BlockingWork lookUps =
      new BlockingWork("nanomq-bridges", LOOK_UPS, LOOK_UPS_WAITING);

  /**
   * @param group the loops on which the sockets are to be
   */
  RemoteNetwork(EventLoopGroup group) {
    channel =
        group instanceof EpollEventLoopGroup ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /**
   * The addresses of a host.
   *
   * @param from who takes turns with others
   */
  CompletionStage<InetAddress[]> lookUp(String host, Object from) {
    CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
    lookUps.submit(
        from,
        new BlockingWork.Work() {
          @Override
          public void run() {
            try {
              found.complete(InetAddress.getAllByName(host));
            } catch (UnknownHostException e) {
              found.completeExceptionally(new IOException("no such host: " + host));
            }
          }

          @Override
          public void refused() {
            found.completeExceptionally(new IOException("too many names are being looked up"));
          }
        });
    return found;
  }

  /** Opens a socket on that loop. */
  ChannelFuture connect(EventLoop loop, InetSocketAddress address, ChannelHandler pipeline) {
    return new Bootstrap()
        .group(loop)
        .channel(channel)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
        .handler(pipeline)
        .connect(address);
  }

  @Override
  public void close() {
    lookUps.close();
  }
}
