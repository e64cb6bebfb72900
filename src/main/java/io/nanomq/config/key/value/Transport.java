package io.nanomq.config.key.value;

/** What lies between TCP and MQTT. */
public enum Transport {
  TCP("tcp"),
  TLS("ssl"),
  WS("ws"),
  WSS("wss");

  private final String section;

  Transport(String section) {
    this.section = section;
  }

  /** Name of the section of {@code listeners} in HOCON. */
  public String section() {
    return section;
  }

  public boolean isSecure() {
    return this == TLS || this == WSS;
  }

  public boolean isWebSocket() {
    return this == WS || this == WSS;
  }
}
