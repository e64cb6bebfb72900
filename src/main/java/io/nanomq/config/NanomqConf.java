package io.nanomq.config;

import java.util.List;

/**
 * The whole configuration of one broker, immutable.
 *
 * @param eventLoops event loops to run; 0 = one per available processor
 * @param mqtt limits and habits of the MQTT engine
 * @param listeners where MQTT clients connect
 * @param httpServer where the HTTP API listens
 */
public record NanomqConf(
    int eventLoops, MqttConf mqtt, List<ListenerConf> listeners, HttpServerConf httpServer) {

  public NanomqConf {
    listeners = List.copyOf(listeners);
  }

  /** MQTT on 1883, the API on 8081, one loop per processor. */
  public static NanomqConf defaults() {
    return new NanomqConf(
        0,
        MqttConf.defaults(),
        List.of(new ListenerConf("tcp", ListenerConf.Transport.TCP, "0.0.0.0", 1883, "")),
        HttpServerConf.defaults());
  }
}
