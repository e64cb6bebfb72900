package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.config.key.value.Network;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a socket, as authentication sees it.
 *
 * @param listener name of the listener that it came by
 * @param mountPoint of its clients
 */
record SocketPeer(Channel channel, String listener, String mountPoint)
    implements Authenticator.Peer {
  static SocketPeer of(Connection connection) {
    ListenerName listener = connection.listener();
    return new SocketPeer(connection.channel(), listener.get(), listener.mountPointText());
  }

  @Override
  public String caller() {
    return Network.caller(PeerAddress.of(channel));
  }

  @Override
  public String address() {
    return PeerAddress.of(channel) instanceof InetSocketAddress from
        ? Network.plain(from.getAddress())
        : "";
  }

  @Override
  public int port() {
    return channel.localAddress() instanceof InetSocketAddress to ? to.getPort() : 0;
  }

  @Override
  public @Nullable X509Certificate certificate() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return null;
    }
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain[0] instanceof X509Certificate shown ? shown : null;
    } catch (SSLPeerUnverifiedException e) {
      return null; // it has shown none
    }
  }

  @Override
  public boolean isGone() {
    return !channel.isOpen();
  }
}
