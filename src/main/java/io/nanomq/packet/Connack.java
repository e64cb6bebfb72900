package io.nanomq.packet;

import org.jspecify.annotations.Nullable;

/**
 * CONNACK, MQTT 5.0 section 3.2, as a client reads it.
 *
 * @param sessionPresent whether the server has kept the session
 * @param code reason code of MQTT 5, return code before; 0 = let in
 * @param receiveMaximum QoS 1 and 2 messages that may be on their way to the server, 1 to 65,535
 * @param maximumQos 0 to 2
 * @param retainAvailable whether messages may be retained
 * @param maximumPacketSize bytes; 0 = the server sets none
 * @param topicAliasMaximum highest alias that the server understands, 0 = none
 * @param serverKeepAliveSeconds what is in force instead of the client's; -1 = the client's
 * @param assignedClientId null where the client chose it
 * @param reasonString for people; null = none
 * @param broker what a broker of this kind is called among bridges; null = it is none
 */
public record Connack(
    boolean sessionPresent,
    int code,
    int receiveMaximum,
    int maximumQos,
    boolean retainAvailable,
    int maximumPacketSize,
    int topicAliasMaximum,
    int serverKeepAliveSeconds,
    @Nullable String assignedClientId,
    @Nullable String reasonString,
    @Nullable String broker) {

  /** Whether the client is let in. */
  public boolean isAccepted() {
    return code == 0;
  }

  /** Whether a packet of so many bytes may be sent to the server [MQTT-3.2.2-15]. */
  public boolean allows(int bytes) {
    return maximumPacketSize == 0 || bytes <= maximumPacketSize;
  }
}
