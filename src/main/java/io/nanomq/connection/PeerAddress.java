package io.nanomq.connection;

import io.nanomq.config.key.value.Network;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a client is: the other end of its socket, or who a proxy there says it is. */
public final class PeerAddress {
  private static final AttributeKey<SocketAddress> CLIENT =
      AttributeKey.valueOf(PeerAddress.class, "client");

  private PeerAddress() {}

  /** A proxy that is believed has said whose connection it is. */
  public static void set(Channel channel, SocketAddress client) {
    channel.attr(CLIENT).set(client);
  }

  public static @Nullable SocketAddress of(Channel channel) {
    if (channel.hasAttr(CLIENT)) {
      return channel.attr(CLIENT).get();
    }
    return channel.remoteAddress();
  }

  /** The address without a port, in one spelling. */
  public static String text(Channel channel) {
    SocketAddress address = of(channel);
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? Network.plain(inet.getAddress())
        : String.valueOf(address);
  }
}
