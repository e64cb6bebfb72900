package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.config.key.Network;
import io.netty.channel.Channel;

/**
 * The other end of a socket, as authentication sees it.
 *
 * @param listener name of the listener that it came by
 */
record SocketPeer(Channel channel, String listener) implements Authenticator.Peer {
  @Override
  public String caller() {
    return Network.caller(channel.remoteAddress());
  }

  @Override
  public boolean isGone() {
    return !channel.isOpen();
  }
}
