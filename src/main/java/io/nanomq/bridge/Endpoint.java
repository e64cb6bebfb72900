package io.nanomq.bridge;

import org.jspecify.annotations.Nullable;

/**
 * Where the other broker listens.
 *
 * @param host name or address
 * @param port 1 to 65,535
 * @param tls whether the socket is encrypted
 * @param path of the WebSocket; null = plain MQTT
 */
record Endpoint(String host, int port, boolean tls, @Nullable String path) {
  private static final int PORT = 1883;
  private static final int TLS_PORT = 8883;
  private static final int WS_PORT = 8083;
  private static final int WSS_PORT = 8084;
  private static final int MAX_PORT = 65_535;

  /**
   * Reads an address: {@code scheme://host:port/path}, of which host alone has to be there.
   *
   * @param tls whether a scheme that does not say so means TLS nevertheless
   * @throws IllegalArgumentException for one that cannot be reached from here
   */
  static Endpoint of(String address, boolean tls) {
    int colon = address.indexOf("://");
    String scheme = colon < 0 ? "mqtt-tcp" : address.substring(0, colon);
    String rest = colon < 0 ? address : address.substring(colon + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "/mqtt" : rest.substring(slash);
    return switch (scheme) {
      case "mqtt-tcp", "mqtt", "tcp" -> at(authority, tls, null, tls ? TLS_PORT : PORT);
      case "tls+mqtt-tcp", "mqtts", "ssl", "tls" -> at(authority, true, null, TLS_PORT);
      case "ws", "nmq-ws" -> at(authority, tls, path, tls ? WSS_PORT : WS_PORT);
      case "wss", "nmq-wss" -> at(authority, true, path, WSS_PORT);
      default -> throw new IllegalArgumentException("no bridge over " + scheme + " here");
    };
  }

  private static Endpoint at(String authority, boolean tls, @Nullable String path, int usualPort) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    int port = hasPort ? port(authority.substring(colon + 1)) : usualPort;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("no host in the address");
    }
    return new Endpoint(host, port, tls, path);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("no port: " + text);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
