package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * The limits and habits of the MQTT engine. Immutable; a change of configuration puts a new record
 * in place of the old one, and every event loop sees it from its next packet on.
 *
 * @param maxPacketBytes largest packet that is accepted, fixed header included; announced to MQTT 5
 *     clients as Maximum Packet Size
 * @param clientMaxPacketBytes largest packet that is sent to a client that announced no Maximum
 *     Packet Size
 * @param maxPropertyBytes largest single MQTT 5 property value
 * @param queueLength messages that may wait in one session ({@code msq_len})
 * @param queueBytes bytes of payload that may wait in one session
 * @param retrySeconds interval of retries to MQTT 3.1 and 3.1.1 clients ({@code qos_duration}); 0 =
 *     never. MQTT 5 clients are never sent anything twice on one connection [MQTT-4.4.0-1]
 * @param keepAliveMultiplier how many times its keep alive a silent client is kept, 1.5 by
 *     [MQTT-3.1.2-22]
 * @param maxKeepAliveSeconds larger keep alives are answered by this Server Keep Alive; 0 = no
 *     bound
 * @param maxInflightWindow QoS 1 and 2 messages on their way to one client
 * @param receiveMaximum QoS 1 and 2 messages that one MQTT 5 client may have unacknowledged towards
 *     us; announced as Receive Maximum
 * @param maxTopicAlias highest topic alias that clients may use; announced
 * @param maxTopicLevels levels in a topic name or filter
 * @param maxClientIdBytes UTF-8 bytes of a client identifier
 * @param maxFiltersPerPacket topic filters in one SUBSCRIBE or UNSUBSCRIBE
 * @param maxFiltersPerClient subscriptions of one session
 * @param maxSessionExpirySeconds upper bound of the Session Expiry Interval; 0xFFFFFFFF = none
 * @param maxRetainedMessages retained messages in the broker; further topics are refused with 0x97
 * @param maxConnections sockets that may be open; further ones are closed at once
 * @param maxSessions sessions that may be kept, connected or not; a CONNECT that would begin one
 *     more is refused with 0x97
 * @param connectTimeoutSeconds how long a socket may stay without a complete CONNECT
 * @param allowAnonymous whether a CONNECT without credentials is let in
 * @param copyPerFilter overlapping filters of one client each get their copy, as in NanoMQ, in
 *     place of one copy with the highest QoS
 */
public record MqttConf(
    int maxPacketBytes,
    int clientMaxPacketBytes,
    int maxPropertyBytes,
    int queueLength,
    long queueBytes,
    int retrySeconds,
    double keepAliveMultiplier,
    int maxKeepAliveSeconds,
    int maxInflightWindow,
    int receiveMaximum,
    int maxTopicAlias,
    int maxTopicLevels,
    int maxClientIdBytes,
    int maxFiltersPerPacket,
    int maxFiltersPerClient,
    long maxSessionExpirySeconds,
    int maxRetainedMessages,
    int maxConnections,
    int maxSessions,
    int connectTimeoutSeconds,
    boolean allowAnonymous,
    boolean copyPerFilter) {

  /** What the broker runs with when nothing is configured: the defaults of the table of keys. */
  public static MqttConf defaults() {
    return MqttBinder.bind(ConfValues.NONE);
  }
}
