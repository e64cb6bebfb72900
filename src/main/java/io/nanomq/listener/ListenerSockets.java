package io.nanomq.listener;

import io.nanomq.config.model.ListenerConf;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;

/**
 * Binds listening sockets. They are Netty's: a Vert.x NetServer would keep a handler and a context
 * for each connection, tied to the loop that accepted it, and our channels may move to another one.
 */
final class ListenerSockets {
  /** Sockets that wait in the kernel until they are accepted. */
  static final int BACKLOG = 4096;

  // Bytes that may wait in a socket's buffer before, and until, the session's queue takes over.
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final AcceptFailures failures = new AcceptFailures();
  private final EventLoopGroup acceptors;
  private final EventLoopGroup group;

  ListenerSockets(EventLoopGroup acceptors, EventLoopGroup group) {
    this.acceptors = acceptors;
    this.group = group;
  }

  ChannelFuture bind(ListenerConf conf, MqttPipeline pipeline) {
    return new ServerBootstrap()
        .group(acceptors, group)
        .channel(serverChannel())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        // Who sends no more may still read what it was sent for.
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
        .handler(accepting(pipeline.gate()))
        .childHandler(pipeline)
        .bind(new InetSocketAddress(conf.host(), conf.port()));
  }

  private ChannelInitializer<Channel> accepting(AcceptGate gate) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel server) {
        server.pipeline().addLast(failures, gate);
      }
    };
  }

  private Class<? extends ServerChannel> serverChannel() {
    return group instanceof EpollEventLoopGroup
        ? EpollServerSocketChannel.class
        : NioServerSocketChannel.class;
  }
}
