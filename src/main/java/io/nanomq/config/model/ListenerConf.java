package io.nanomq.config.model;

import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import java.util.List;

/**
 * One address that MQTT clients connect to.
 *
 * @param name unique among the listeners, shown in reports
 * @param transport what is spoken below MQTT
 * @param host address to bind
 * @param port TCP port, 0 = any free one (tests)
 * @param path WebSocket path; empty for plain TCP and TLS
 * @param tls keys and certificates of TLS and WSS; {@link TlsConf#NONE} for the others
 * @param origins whose web pages may open a WebSocket, in lower case; empty = all
 * @param terms what holds for its clients together
 */
public record ListenerConf(
    String name,
    Transport transport,
    String host,
    int port,
    String path,
    TlsConf tls,
    List<String> origins,
    ListenerTerms terms) {

  public ListenerConf {
    origins = List.copyOf(origins);
  }

  /** The same under another name. */
  public ListenerConf withName(String other) {
    return new ListenerConf(other, transport, host, port, path, tls, origins, terms);
  }

  /** The same with other terms. */
  public ListenerConf with(ListenerTerms other) {
    return new ListenerConf(name, transport, host, port, path, tls, origins, other);
  }
}
