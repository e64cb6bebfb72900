package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.session.SessionSnapshot;

/**
 * {@code /clients/{id}/session}.
 *
 * @param expirySeconds seconds that it outlives its connection; 4294967295 = for ever
 * @param queued messages that wait for the client
 * @param inflight messages sent to it and not acknowledged
 * @param unreleased QoS 2 messages from it that wait for its PUBREL
 */
@JsonPropertyOrder({
  "clientid",
  "connected",
  "clean_start",
  "expiry_interval",
  "subscriptions",
  "queue_len",
  "inflight",
  "awaiting_rel"
})
public record SessionView(
    @JsonProperty("clientid") String clientId,
    @JsonProperty("connected") boolean connected,
    @JsonProperty("clean_start") boolean cleanStart,
    @JsonProperty("expiry_interval") long expirySeconds,
    @JsonProperty("subscriptions") int subscriptions,
    @JsonProperty("queue_len") int queued,
    @JsonProperty("inflight") int inflight,
    @JsonProperty("awaiting_rel") int unreleased) {

  static SessionView of(SessionSnapshot session) {
    var client = session.client();
    return new SessionView(
        client.clientId(),
        client.connected(),
        client.cleanStart(),
        session.expirySeconds(),
        client.subscriptions(),
        client.queued(),
        client.inflight(),
        session.unreleased());
  }
}
