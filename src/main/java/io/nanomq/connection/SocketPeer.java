package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.config.key.Network;
import io.netty.channel.Channel;

/** The other end of a socket, as authentication sees it. */
record SocketPeer(Channel channel) implements Authenticator.Peer {
  @Override
  public String caller() {
    return Network.caller(channel.remoteAddress());
  }

  @Override
  public boolean isGone() {
    return !channel.isOpen();
  }
}
