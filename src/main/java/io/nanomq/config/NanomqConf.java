package io.nanomq.config;

import io.nanomq.config.model.AuthBinder;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.IntegrationsConf;
import io.nanomq.config.model.ListenerBinder;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.SystemConf;
import io.nanomq.config.setting.ConfValues;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of one broker, immutable.
 *
 * @param eventLoops event loops to run; 0 = one per available processor
 * @param mqtt limits and habits of the MQTT engine
 * @param listeners where MQTT clients connect
 * @param httpServer where the HTTP API listens
 * @param system the process
 * @param auth who may connect and who may do what
 * @param integrations what the broker does with others: bridges, webhooks, rules, disk, log
 */
public record NanomqConf(
    int eventLoops,
    MqttConf mqtt,
    List<ListenerConf> listeners,
    HttpServerConf httpServer,
    SystemConf system,
    AuthConf auth,
    IntegrationsConf integrations) {

  public NanomqConf {
    listeners = List.copyOf(listeners);
  }

  /**
   * What settings make.
   *
   * @param file the main document; null where there is none, or it is no file
   */
  static NanomqConf bind(ConfValues values, @Nullable Path file) {
    SystemConf system = SystemConf.bind(values, file);
    return new NanomqConf(
        system.eventLoops(),
        MqttConf.bind(values),
        ListenerBinder.bind(values),
        HttpServerConf.bind(values),
        system,
        AuthBinder.bind(values),
        IntegrationsConf.bind(values));
  }

  /** MQTT on 1883, the API on 8081, one loop per processor. */
  public static NanomqConf defaults() {
    return bind(ConfValues.NONE, null);
  }
}
