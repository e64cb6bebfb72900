package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Options of TCP, under the names of the transport that the loops have.
 *
 * @param conf what is asked for
 * @param isEpoll whether it is the native one
 */
record TcpOptions(BridgeConf.Tcp conf, boolean isEpoll) {
  void set(Bootstrap socket) {
    socket
        .option(ChannelOption.TCP_NODELAY, conf.noDelay())
        .option(ChannelOption.SO_KEEPALIVE, conf.keepAlive());
    set(
        socket,
        EpollChannelOption.TCP_QUICKACK,
        ExtendedSocketOptions.TCP_QUICKACK,
        conf.quickAck());
    set(
        socket,
        EpollChannelOption.TCP_KEEPIDLE,
        ExtendedSocketOptions.TCP_KEEPIDLE,
        orNull(conf.idleSeconds()));
    set(
        socket,
        EpollChannelOption.TCP_KEEPINTVL,
        ExtendedSocketOptions.TCP_KEEPINTERVAL,
        orNull(conf.intervalSeconds()));
    set(
        socket,
        EpollChannelOption.TCP_KEEPCNT,
        ExtendedSocketOptions.TCP_KEEPCOUNT,
        orNull(conf.probes()));
  }

  private static @Nullable Integer orNull(int value) {
    return value == 0 ? null : value;
  }

  private <T> void set(
      Bootstrap socket, ChannelOption<T> epoll, SocketOption<T> other, @Nullable T value) {
    if (value != null) {
      socket.option(isEpoll ? epoll : NioChannelOption.of(other), value);
    }
  }
}
