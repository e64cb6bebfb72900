package io.nanomq.api.gate;

import io.nanomq.config.key.value.Network;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Where a request came from. A proxy says for whom it asks in {@code X-Forwarded-For}, and so can
 * anybody: only those that the configuration trusts are believed, and each of them only about who
 * asked it. An IPv4 address that is written as an IPv6 one is the IPv4 address.
 */
public final class CallerAddress {
  private static final String FORWARDED = "X-Forwarded-For";

  private CallerAddress() {}

  /** The address, without a port. */
  public static String of(HttpServerRequest request, List<Network> trusted) {
    var peer = request.remoteAddress();
    String address = peer == null ? "unknown" : Network.plain(String.valueOf(peer.hostAddress()));
    return trusted.isEmpty()
        ? address
        : Network.forwarded(address, request.headers().getAll(FORWARDED), trusted);
  }
}
