package io.nanomq.authz;

import io.netty.util.NetUtil;

/** Whom tests ask about. */
final class Clients {
  private Clients() {}

  static AccessClient at(String clientId, String username, String address) {
    return AccessClient.of(
        clientId, username, NetUtil.createInetAddressFromIpAddressString(address));
  }
}
