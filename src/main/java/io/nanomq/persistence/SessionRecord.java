package io.nanomq.persistence;

import io.nanomq.packet.Connect;
import org.jspecify.annotations.Nullable;

/**
 * What a durable session is kept with, but for subscriptions and messages.
 *
 * @param connect the CONNECT that serves it, with its will and without password
 * @param expirySeconds Session Expiry Interval in force, 1 to 0xFFFFFFFF, which is never
 * @param keepAliveSeconds keep alive in force
 * @param owner whose it is
 */
public record SessionRecord(
    Connect connect, long expirySeconds, int keepAliveSeconds, Owner owner) {

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
