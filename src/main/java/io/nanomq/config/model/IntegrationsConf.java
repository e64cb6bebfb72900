package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import java.util.List;

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

  /** The same with other events. */
  public IntegrationsConf withEvents(EventsConf other) {
    return new IntegrationsConf(bridges, webhook, rules, log, other);
  }

  /** The same with other bridges. */
  public IntegrationsConf withBridges(List<BridgeConf> other) {
    return new IntegrationsConf(other, webhook, rules, log, events);
  }

  public static IntegrationsConf defaults() {
    return bind(ConfValues.NONE);
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
