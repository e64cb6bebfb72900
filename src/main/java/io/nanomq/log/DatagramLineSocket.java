package io.nanomq.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A Unix socket of the datagram kind, as the system's log daemon has one: a datagram is a line. By
 * Netty's native transport, since Java has none.
 */
final class DatagramLineSocket implements LineSocket {
  private final EventLoopGroup group;
  private final Channel channel;

  DatagramLineSocket(Path path) throws IOException {
    if (!isSupported()) {
      throw new IOException("datagrams to a Unix socket need Linux");
    }
    group = new EpollEventLoopGroup(1);
    var connected =
        new Bootstrap()
            .group(group)
            .channel(EpollDomainDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new DomainSocketAddress(path.toFile()))
            .awaitUninterruptibly();
    channel = connected.channel();
    if (!connected.isSuccess()) {
      close();
      throw new IOException(connected.cause());
    }
  }

  static boolean isSupported() {
    return Epoll.isAvailable();
  }

  @Override
  public void send(byte[] line) throws IOException {
    var sent = channel.writeAndFlush(Unpooled.wrappedBuffer(line));
    if (!sent.awaitUninterruptibly(SEND_MILLIS)) {
      throw new IOException("nobody reads there");
    }
    if (!sent.isSuccess()) {
      throw new IOException(sent.cause());
    }
  }

  @Override
  public void close() {
    channel.close();
    group.shutdownGracefully();
  }
}
