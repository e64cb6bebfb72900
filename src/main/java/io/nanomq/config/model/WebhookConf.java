package io.nanomq.config.model;

import io.nanomq.config.model.tls.TlsConf;
import java.util.List;
import java.util.Map;

/**
 * What is told to a web server.
 *
 * @param enable whether anything is told
 * @param url address that events are posted to; empty where unset
 * @param headers header to value
 * @param encoding how payloads are written: plain, base64 or base62
 * @param poolSize connections to the web server
 * @param timeoutMillis how long an answer may take
 * @param events what is told
 * @param tls files for https
 * @param serverName whom the server's certificate has to name; empty = the host of the address,
 *     {@code false} = anybody
 * @param queueLength events that may wait for the server
 * @param retryMillis how long an event is tried again that the server does not take
 */
public record WebhookConf(
    boolean enable,
    String url,
    Map<String, String> headers,
    String encoding,
    int poolSize,
    long timeoutMillis,
    List<Event> events,
    TlsConf tls,
    String serverName,
    int queueLength,
    long retryMillis) {

  public WebhookConf {
    headers = Map.copyOf(headers);
    events = List.copyOf(events);
  }

  /**
   * One kind of event.
   *
   * @param name such as {@code on_message_publish}
   * @param topic only messages of this filter; empty = all
   */
  public record Event(String name, String topic) {}
}
