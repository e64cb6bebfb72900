package io.nanomq.limit;

import io.nanomq.codec.ConnackEncoder;
import io.nanomq.config.model.MqttConf;
import io.nanomq.packet.Connect;

/** What CONNACK says of the limits that hold for a client, MQTT 5.0 section 3.2.2.3. */
public final class ConnackTerms {
  private static final int NO_RECEIVE_MAXIMUM = 65_535;

  private ConnackTerms() {}

  /**
   * @param expirySeconds Session Expiry Interval in force
   * @param keepAliveSeconds keep alive in force
   */
  public static ConnackEncoder of(
      Connect packet, long expirySeconds, int keepAliveSeconds, MqttConf conf) {
    ConnackEncoder connack = new ConnackEncoder();
    if (expirySeconds != packet.sessionExpirySeconds()) {
      connack.sessionExpiry(expirySeconds);
    }
    if (conf.queues().receiveMaximum() < NO_RECEIVE_MAXIMUM) {
      connack.receiveMaximum(conf.queues().receiveMaximum());
    }
    connack.maximumPacketSize(conf.packets().maxBytes());
    if (conf.client().maxTopicAlias() > 0) {
      connack.topicAliasMaximum(conf.client().maxTopicAlias());
    }
    if (keepAliveSeconds != packet.keepAliveSeconds()) {
      connack.serverKeepAlive(keepAliveSeconds);
    }
    CapabilityCheck.offer(connack, conf.capabilities());
    if (packet.requestResponseInformation() && packet.maximumPacketSize() == 0) {
      // A topic prefix of the client's own for the answers it asks for, section 4.10.1.
      connack.responseInformation("response/" + packet.clientId());
    }
    return connack;
  }
}
