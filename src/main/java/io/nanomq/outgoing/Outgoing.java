package io.nanomq.outgoing;

import io.nanomq.config.key.value.Network;
import io.nanomq.tls.PemSource;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every connection that the broker opens to others needs: where it may go, and keys. An
 * address is held against the networks that are denied when it has been looked up, so no name leads
 * around them. Immutable.
 */
public final class Outgoing {
  private static final int IPV4_BYTES = 4;
  private static final int LAST_IPV4 = 12;
  private static final int IPV4_OF_6TO4 = 2;

  /** NAT64 [RFC 6052, 2.1], IPv4-compatible addresses [RFC 4291, 2.5.5.1], 6to4 [RFC 3056, 2]. */
  private static final List<Network> AT_THE_END = networks("64:ff9b::/96", "::/96");

  private static final List<Network> IN_THE_PREFIX = networks("2002::/16");

  private final PemSource pems;
  private final Supplier<List<Network>> denied;

  /**
   * @param pems what keys and certificates are read from
   * @param denied where nothing connects to, now
   */
  public Outgoing(PemSource pems, Supplier<List<Network>> denied) {
    this.pems = pems;
    this.denied = denied;
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(text -> Network.parse(text).orElseThrow()).toList();
  }

  /** What keys and certificates are read from. */
  public PemSource pems() {
    return pems;
  }

  /** Whether connections may go there, and to the IPv4 address that an IPv6 one stands for. */
  public boolean allows(InetAddress address) {
    List<Network> now = denied.get();
    String plain = Network.plain(address);
    return !Network.isAnyOf(plain, now) && !Network.isAnyOf(ipv4(address, plain), now);
  }

  private static String ipv4(InetAddress address, String plain) {
    if (!(address instanceof Inet6Address)) {
      return plain;
    }
    boolean isLast = Network.isAnyOf(plain, AT_THE_END);
    if (!isLast && !Network.isAnyOf(plain, IN_THE_PREFIX)) {
      return plain;
    }
    int from = isLast ? LAST_IPV4 : IPV4_OF_6TO4;
    byte[] inner = Arrays.copyOfRange(address.getAddress(), from, from + IPV4_BYTES);
    try {
      return Network.plain(InetAddress.getByAddress(inner));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("it has the length of an address", e);
    }
  }

  /**
   * Before something connects there.
   *
   * @throws IOException where it must not
   */
  public void require(InetAddress address) throws IOException {
    if (!allows(address)) {
      throw new IOException(
          Network.plain(address) + " is where nothing here connects to: see outgoing.deny");
    }
  }

  /**
   * The same for all addresses that a name has; looks it up, so it blocks.
   *
   * @throws UnknownHostException where it has none
   */
  public void require(String host) throws IOException {
    for (InetAddress address : InetAddress.getAllByName(host)) {
      require(address);
    }
  }

  /**
   * The same for a text that may be an address; where it is a name, somebody else looks it up.
   *
   * @throws IOException where it is one that must not be connected to
   */
  public void requireLiteral(String host) throws IOException {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    if (address != null) {
      require(address);
    }
  }

  /** A request that nothing of is sent before it is known where its connection has led. */
  public Future<HttpClientRequest> request(HttpClient client, RequestOptions options) {
    return client.request(options).compose(this::checked);
  }

  private Future<HttpClientRequest> checked(HttpClientRequest opened) {
    try {
      SocketAddress peer = opened.connection().remoteAddress(true);
      String address = peer == null ? null : peer.hostAddress();
      if (address != null) {
        requireLiteral(address);
      }
      return Future.succeededFuture(opened);
    } catch (IOException notThere) {
      opened.exceptionHandler(closed -> {});
      opened.connection().close();
      return Future.failedFuture(notThere);
    }
  }
}
