package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.session.ClientSnapshot;

/**
 * One element of {@code /clients}: the reference's fields in its order, then the two that only the
 * API's page has, so that a caller written from either works.
 */
@JsonPropertyOrder({
  "client_id",
  "username",
  "keepalive",
  "conn_state",
  "clean_start",
  "proto_name",
  "proto_ver",
  "recv_msg",
  "clientid",
  "connected"
})
public record ClientView(
    @JsonProperty("client_id") String clientIdAsInReference,
    @JsonProperty("username") String username,
    @JsonProperty("keepalive") int keepAliveSeconds,
    @JsonProperty("conn_state") String connState,
    @JsonProperty("clean_start") boolean cleanStart,
    @JsonProperty("proto_name") String protoName,
    @JsonProperty("proto_ver") int protoVer,
    @JsonProperty("recv_msg") long publishesReceived,
    @JsonProperty("clientid") String clientId,
    @JsonProperty("connected") boolean connected) {

  static ClientView of(ClientSnapshot client) {
    return new ClientView(
        client.clientId(),
        client.username(),
        client.keepAliveSeconds(),
        connState(client),
        client.cleanStart(),
        client.protocolName(),
        client.protocolVersion(),
        client.publishesReceived(),
        client.clientId(),
        client.connected());
  }

  static String connState(ClientSnapshot client) {
    return client.connected() ? "connected" : "disconnected";
  }
}
