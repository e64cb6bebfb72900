package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;

/**
 * What the broker does with others.
 *
 * @param bridges to other brokers
 * @param log where the broker logs to
 * @param events what it tells about itself and its clients
 */
public record IntegrationsConf(List<BridgeConf> bridges, LogConf log, EventsConf events) {

  public IntegrationsConf {
    bridges = List.copyOf(bridges);
  }

  /** The same with other events. */
  public IntegrationsConf withEvents(EventsConf other) {
    return new IntegrationsConf(bridges, log, other);
  }

  public static IntegrationsConf defaults() {
    return bind(ConfValues.NONE);
  }

  public static IntegrationsConf bind(ConfValues values) {
    return new IntegrationsConf(
        BridgeConf.bind(values), LogConf.bind(values), EventsConf.bind(values));
  }
}
