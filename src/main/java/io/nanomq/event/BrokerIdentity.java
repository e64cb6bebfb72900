package io.nanomq.event;

import java.net.SocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this broker is called among bridges, and the sockets of its own bridges: one that comes to a
 * listener of ours leads to ourselves, whatever version it speaks. Safe for any thread.
 */
public final class BrokerIdentity {
  private final String id = UUID.randomUUID().toString();
  private final Map<SocketAddress, Boolean> sockets = new ConcurrentHashMap<>();

  public String id() {
    return id;
  }

  /** A bridge's socket is open. */
  public void opened(SocketAddress local) {
    sockets.put(local, false);
  }

  public void closed(SocketAddress local) {
    sockets.remove(local);
  }

  /** A client is about to be let in, which may be a bridge of ours. */
  public void arrived(SocketAddress remote) {
    sockets.computeIfPresent(remote, (socket, before) -> true);
  }

  /** Whether the socket's other end is a listener of ours; known before CONNACK is sent. */
  public boolean leadsHere(SocketAddress local) {
    return sockets.getOrDefault(local, false);
  }
}
