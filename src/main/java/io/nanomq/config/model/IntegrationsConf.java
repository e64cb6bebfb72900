package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;
import java.util.Optional;

/**
 * What the broker does with others.
 *
 * @param bridges to other brokers
 * @param webhook what is told to a web server
 * @param rules what becomes of messages that a query finds
 * @param log where the broker logs to
 * @param events what it tells about itself and its clients
 */
public record IntegrationsConf(
    List<BridgeConf> bridges,
    WebhookConf webhook,
    RulesConf rules,
    LogConf log,
    EventsConf events) {

  public IntegrationsConf {
    bridges = List.copyOf(bridges);
  }

  /** The bridge of that name. */
  public Optional<BridgeConf> bridge(String name) {
    return bridges.stream().filter(bridge -> bridge.name().equals(name)).findFirst();
  }

  public static IntegrationsConf bind(ConfValues values) {
    return new IntegrationsConf(
        BridgeBinder.bind(values),
        WebhookBinder.bind(values),
        RulesBinder.bind(values),
        LogConf.bind(values),
        EventsConf.bind(values));
  }
}
