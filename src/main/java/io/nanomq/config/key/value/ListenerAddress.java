package io.nanomq.config.key.value;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener binds: what NanoMQ writes as {@code nmq-tcp://0.0.0.0:1883} or, in HOCON, as
 * {@code 0.0.0.0:1883}.
 *
 * @param transport what is spoken below MQTT
 * @param host address to bind; IPv6 addresses without their brackets
 * @param port 0 to 65535, 0 = any free one
 * @param path WebSocket path, empty where there is none
 */
public record ListenerAddress(Transport transport, String host, int port, String path) {
  private static final String RIGHT = "host:port, with /path for WebSocket, port from 0 to 65535";

  public static ListenerAddress parseUrl(String url) throws ConfValueException {
    int end = url.indexOf("://");
    Transport transport = end < 0 ? Transport.TCP : transport(url.substring(0, end));
    if (transport == null) {
      throw new ConfValueException(
          "has an unknown scheme",
          "nmq-tcp://, nmq-tls://, nmq-ws:// or nmq-wss:// followed by host:port");
    }
    ListenerAddress bind = parseBind(end < 0 ? url : url.substring(end + 3));
    return new ListenerAddress(transport, bind.host, bind.port, bind.path);
  }

  /** {@code host:port}, {@code [v6]:port}, {@code :port}, each with a path or without. */
  public static ListenerAddress parseBind(String text) throws ConfValueException {
    int slash = text.indexOf('/');
    String path = slash < 0 ? "" : text.substring(slash);
    String authority = slash < 0 ? text : text.substring(0, slash);
    int colon = authority.lastIndexOf(':');
    if (colon < 0) {
      throw new ConfValueException("names no port", RIGHT);
    }
    String host = authority.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new ConfValueException("holds an IPv6 address without brackets", "[::]:1883");
    }
    int port = port(authority.substring(colon + 1));
    return new ListenerAddress(Transport.TCP, host.isEmpty() ? "0.0.0.0" : host, port, path);
  }

  public String bind() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port + path;
  }

  /** Whether a text of either form says the same host and port. */
  public boolean isAt(String text) {
    try {
      ListenerAddress other = parseUrl(text);
      return other.host.equals(host) && other.port == port;
    } catch (ConfValueException e) {
      return false;
    }
  }

  private static int port(String text) throws ConfValueException {
    try {
      int port = Integer.parseInt(text.matches("-?[0-9]+") ? text : "");
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new ConfValueException("has a port that is not a number", RIGHT);
    }
    throw new ConfValueException("has a port that is out of range", RIGHT);
  }

  /** Null for a scheme that NanoMQ does not have. */
  private static @Nullable Transport transport(String scheme) {
    String s = scheme.toLowerCase(Locale.ROOT).replace("broker+", "nmq-").replace("nmq+", "nmq-");
    return switch (s) {
      case "nmq-tcp", "tcp", "mqtt", "mqtt-tcp" -> Transport.TCP;
      case "tls+nmq-tcp", "nmq-tls", "nmq-ssl", "tls+tcp", "mqtts", "ssl", "tls", "tls-nmq-tcp" ->
          Transport.TLS;
      case "nmq-ws", "ws" -> Transport.WS;
      case "nmq-wss", "wss", "tls+nmq-ws", "tls+nmq-wss" -> Transport.WSS;
      default -> null;
    };
  }

  public String scheme() {
    return switch (transport) {
      case TCP -> "nmq-tcp://";
      case TLS -> "tls+nmq-tcp://";
      case WS -> "nmq-ws://";
      case WSS -> "nmq-wss://";
    };
  }
}
