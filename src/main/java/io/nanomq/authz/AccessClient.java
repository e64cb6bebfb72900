package io.nanomq.authz;

import io.nanomq.config.key.value.Network;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom rules are asked about.
 *
 * @param username null where it has none
 * @param address null where it is not known: no rule about addresses is about it then
 * @param listener name of the listener that it came by; empty = not known
 * @param superuser whether it may do everything
 * @param own rules that came with its credentials, which are asked first; null = none
 * @param mountPoint what stands before all its topics; empty = nothing does. Rules are asked about
 *     the real ones, with it
 */
public record AccessClient(
    String clientId,
    @Nullable String username,
    @Nullable InetAddress address,
    String listener,
    boolean superuser,
    @Nullable AccessRules own,
    String mountPoint) {

  /** A client that nothing is known of but its names and its address. */
  public static AccessClient of(
      String clientId, @Nullable String username, @Nullable InetAddress address) {
    return new AccessClient(clientId, username, address, "", false, null, "");
  }

  /** Its address in the one spelling in which addresses are shown; empty = not known. */
  public String addressText() {
    return address == null ? "" : Network.plain(address);
  }
}
