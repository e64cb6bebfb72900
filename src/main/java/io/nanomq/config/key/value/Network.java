package io.nanomq.config.key.value;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that begin with the same bits. An IPv4 address that is written as an IPv6 one
 * (::ffff:10.0.0.1) is the IPv4 address.
 *
 * @param address any of them, as one number
 * @param bits bits of an address: 32 or 128
 * @param prefix how many of these are the same, from 0 to all
 */
public record Network(BigInteger address, int bits, int prefix) {
  private static final int IPV6_BYTES = 16;

  /** Reads an address, or one with the number of bits that count behind a slash; no host name. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return Optional.empty();
    }
    int bits = address.length * 8;
    int prefix = slash < 0 ? bits : number(text.substring(slash + 1));
    return prefix < 0 || prefix > bits
        ? Optional.empty()
        : Optional.of(new Network(new BigInteger(1, address), bits, prefix));
  }

  /** Whether an address is one of these; text that is no address is not. */
  public boolean contains(String text) {
    byte[] other = bytes(text);
    return other != null
        && other.length * 8 == bits
        && new BigInteger(1, other).xor(address).shiftRight(bits - prefix).signum() == 0;
  }

  /**
   * An address in the one spelling in which it is counted and shown: an IPv4 address that is
   * written as an IPv6 one is the IPv4 address. Text that is no address is answered as it is.
   */
  public static String plain(String text) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
    return address == null ? text : plain(address);
  }

  /**
   * An address in that one spelling, without the zone that an IPv6 address of one link may have.
   */
  public static String plain(InetAddress address) {
    byte[] bytes = address.getAddress();
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("it has the length of an address", e);
    }
  }

  /**
   * Whom a proxy asks for, as {@code X-Forwarded-For} says it. Anybody can say it: each of those
   * that are trusted is believed about who asked it.
   *
   * @param peer the other end of the connection
   * @param values of the header, in their order
   */
  public static String forwarded(String peer, List<String> values, List<Network> trusted) {
    List<String> hops = new ArrayList<>();
    values.forEach(value -> hops.addAll(List.of(value.split(","))));
    String address = plain(peer);
    for (int i = hops.size() - 1; i >= 0 && isAnyOf(address, trusted); i--) {
      String hop = hops.get(i).strip();
      if (parse(hop).isEmpty() || hop.indexOf('/') >= 0) {
        break; // nobody's address: what the proxy before it says is all that is known
      }
      address = plain(hop);
    }
    return address;
  }

  /** Whether an address is in one of the networks. */
  public static boolean isAnyOf(String address, List<Network> networks) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * Whose an address is, where callers are counted: the address itself, or the network of 64 bits
   * of an IPv6 one, since whoever has one of these has 2^64 of them.
   */
  public static String caller(String text) {
    String address = plain(text);
    byte[] bytes = bytes(address);
    return bytes == null || bytes.length != IPV6_BYTES
        ? address
        : HexFormat.ofDelimiter(":").formatHex(bytes, 0, IPV6_BYTES / 2) + "/64";
  }

  /** Whose the other end of a socket is, where callers are counted. */
  public static String caller(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress socket && socket.getAddress() != null
        ? caller(plain(socket.getAddress()))
        : String.valueOf(peer);
  }

  private static byte @Nullable [] bytes(String text) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
    return address == null ? null : address.getAddress();
  }

  private static int number(String text) {
    return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
  }
}
