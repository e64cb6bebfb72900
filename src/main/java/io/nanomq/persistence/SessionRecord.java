package io.nanomq.persistence;

import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a durable session is kept with, but for subscriptions and messages.
 *
 * @param connect the CONNECT that serves it, with its will and without password
 * @param expirySeconds Session Expiry Interval in force, to 0xFFFFFFFF, which is never; 0 = it ends
 *     with its connection, and has a will, or messages that are nowhere else
 * @param keepAliveSeconds keep alive in force
 * @param owner whose it is
 */
public record SessionRecord(
    Connect connect, long expirySeconds, int keepAliveSeconds, Owner owner) {

  /** No client speaks that version of MQTT. */
  private static final int OF_BRIDGE = 0;

  /**
   * What a bridge keeps for the other broker: nobody can connect as it.
   *
   * @param name of the bridge
   * @param clientId what it is called there where its configuration names nothing
   */
  public static SessionRecord ofBridge(String name, String clientId) {
    var connect =
        new Connect(
            OF_BRIDGE, name, false, 0, clientId, null, null, ConnectProperties.NEVER_EXPIRES);
    return new SessionRecord(connect, Connect.NEVER_EXPIRES, 0, new Owner(null, "", "", ""));
  }

  /** Whether a bridge of ours has it, and no client. */
  public boolean isOfBridge() {
    return connect.version() == OF_BRIDGE;
  }

  /**
   * Whose a session is: who comes for it later has to be the same one to get what waits.
   *
   * @param user user name, null = none
   * @param link name of the link that let it in
   * @param listener name of the listener that it came by
   * @param mountPoint what stands before all its topics; empty = nothing
   */
  public record Owner(@Nullable String user, String link, String listener, String mountPoint) {}
}
