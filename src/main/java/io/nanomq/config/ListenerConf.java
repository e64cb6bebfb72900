package io.nanomq.config;

/**
 * One address that MQTT clients connect to.
 *
 * @param name unique among the listeners, shown in reports
 * @param transport what is spoken below MQTT
 * @param host address to bind
 * @param port TCP port, 0 = any free one (tests)
 * @param path WebSocket path; empty for plain TCP and TLS
 */
public record ListenerConf(String name, Transport transport, String host, int port, String path) {

  /** What lies between TCP and MQTT. */
  public enum Transport {
    TCP,
    TLS,
    WS,
    WSS
  }
}
