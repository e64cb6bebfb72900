package io.nanomq.config;

import java.util.List;

/**
 * What the broker does with others.
 *
 * @param bridges to other brokers
 * @param bridgeCache messages kept for them
 * @param webhook what is told to a web server
 * @param rules what becomes of messages that a query finds
 * @param sqlite messages kept on disk
 * @param log where the broker logs to
 */
public record IntegrationsConf(
    List<BridgeConf> bridges,
    DiskCacheConf bridgeCache,
    WebhookConf webhook,
    RulesConf rules,
    DiskCacheConf sqlite,
    LogConf log) {

  public IntegrationsConf {
    bridges = List.copyOf(bridges);
  }

  public static IntegrationsConf defaults() {
    return bind(ConfValues.NONE);
  }

  static IntegrationsConf bind(ConfValues values) {
    return new IntegrationsConf(
        BridgeBinder.bind(values),
        DiskCacheConf.ofBridges(values),
        WebhookBinder.bind(values),
        RulesBinder.bind(values),
        DiskCacheConf.ofSqlite(values),
        LogConf.bind(values));
  }
}
