package io.nanomq.session;

import io.nanomq.packet.Connect;

/**
 * What one session looked like when its loop was asked: a value that any thread may keep.
 *
 * @param clientId client identifier, as given or assigned
 * @param username user name of the last CONNECT, empty where there was none
 * @param keepAliveSeconds keep alive in force, the server's where it overrides the client's
 * @param connected whether a network connection serves the session now
 * @param cleanStart clean start (MQTT 5) or clean session of the last CONNECT
 * @param protocolName {@code MQTT}, also for 3.1's {@code MQIsdp}
 * @param protocolVersion 3, 4 or 5
 * @param publishesReceived PUBLISH packets received from the client since its session began
 * @param subscriptions number of its subscriptions
 * @param queued messages waiting in its queue
 * @param inflight messages sent to it and not acknowledged
 */
public record ClientSnapshot(
    String clientId,
    String username,
    int keepAliveSeconds,
    boolean connected,
    boolean cleanStart,
    String protocolName,
    int protocolVersion,
    long publishesReceived,
    int subscriptions,
    int queued,
    int inflight) {

  /** What a session is now; on its loop. */
  static ClientSnapshot of(Session session, int keepAliveSeconds, long publishesReceived) {
    Connect connect = session.connect();
    Deliveries deliveries = session.sentDeliveries();
    String user = connect.username();
    return new ClientSnapshot(
        session.clientId(),
        user == null ? "" : user,
        keepAliveSeconds,
        session.writer() != null,
        connect.cleanStart(),
        "MQTT",
        connect.version(),
        publishesReceived,
        session.subscriptions().size(),
        deliveries == null ? 0 : deliveries.size(),
        deliveries == null ? 0 : deliveries.inflightDeliveries().size());
  }
}
