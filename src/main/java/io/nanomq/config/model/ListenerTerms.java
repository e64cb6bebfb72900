package io.nanomq.config.model;

import io.nanomq.config.key.value.Network;
import java.util.List;

/**
 * What holds for the clients of one listener together.
 *
 * @param limits what they may take of it; changes while it is open
 * @param proxyProtocol whether each connection begins with a PROXY header, version 1 or 2
 * @param trustedProxies whose word about who a client is counts: in that header, and in {@code
 *     X-Forwarded-For} of WebSockets
 * @param mountPoint what stands before all topics of its clients, with a slash at its end; empty =
 *     nothing does
 */
public record ListenerTerms(
    Limits limits, boolean proxyProtocol, List<Network> trustedProxies, String mountPoint) {
  /** Nothing is bounded, and nobody is believed. */
  public static final ListenerTerms NONE = new ListenerTerms(Limits.NONE, false, List.of(), "");

  /**
   * Limits; 0 = none.
   *
   * @param connections that may be open
   * @param connectionsPerSecond that are accepted; others wait in the kernel
   * @param messages PUBLISH packets a second of all its clients
   * @param bytes of all packets a second of all its clients
   */
  public record Limits(int connections, int connectionsPerSecond, long messages, long bytes) {
    /** No bound. */
    public static final Limits NONE = new Limits(0, 0, 0, 0);

    /** Whether what clients send is counted. */
    public boolean countsPackets() {
      return messages > 0 || bytes > 0;
    }
  }

  public ListenerTerms {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** The same with other limits. */
  public ListenerTerms with(Limits other) {
    return new ListenerTerms(other, proxyProtocol, trustedProxies, mountPoint);
  }
}
