package io.nanomq.rule;

import io.nanomq.codec.TopicRules;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.RulesConf;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules whose results go to another broker: each has a bridge of its own, which forwards a topic
 * that only the broker itself may publish to. So what waits for the other broker is bounded, and
 * acknowledged, as with any bridge.
 */
public final class RuleBridges {
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int DEFAULT_PORT = 1883;
  private static final int QUEUED = 10_000;
  private static final long QUEUED_BYTES = 64L * 1024 * 1024;
  private static final long BACKOFF_MIN_MILLIS = 500;
  private static final long BACKOFF_MAX_MILLIS = 60_000;
  private static final long ACK_MILLIS = 8_000;

  private RuleBridges() {}

  /** All bridges of a configuration: those that it names, and those of its rules. */
  public static List<BridgeConf> with(NanomqConf conf) {
    List<BridgeConf> bridges = new ArrayList<>(conf.integrations().bridges());
    for (RulesConf.Rule rule : conf.integrations().rules().rules()) {
      if (rule.enabled() && rule.sink().isBroker() && !isHere(rule, conf.listeners())) {
        bridges.add(bridge(rule));
      }
    }
    return bridges;
  }

  /** Whether results are published on this broker itself. */
  static boolean isHere(RulesConf.Rule rule, List<ListenerConf> listeners) {
    String server = rule.sink().address();
    if (server.isEmpty()) {
      return true;
    }
    URI uri = URI.create(server.contains("://") ? server : "mqtt-tcp://" + server);
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return uri.getHost() != null
        && HERE.contains(uri.getHost())
        && listeners.stream().anyMatch(listener -> listener.port() == port);
  }

  /** Where results wait for the bridge; with a slash at the end. */
  static String outbox(int ruleId) {
    return TopicRules.OWN + "rule/" + ruleId + "/";
  }

  private static BridgeConf bridge(RulesConf.Rule rule) {
    BridgeConf.Client client = rule.sink().client();
    if (client == null) {
      throw new IllegalArgumentException("rule " + rule.id() + " has no broker");
    }
    var none = new BridgeConf.Properties(Map.of(), Map.of(), Map.of());
    return new BridgeConf(
        "rule:" + rule.id(),
        true,
        List.of(rule.sink().address()),
        client,
        new BridgeConf.Habits(
            QUEUED,
            QUEUED_BYTES,
            false,
            BACKOFF_MIN_MILLIS,
            BACKOFF_MAX_MILLIS,
            false,
            1,
            ACK_MILLIS,
            0,
            false),
        BridgeConf.Socket.plain(),
        List.of(new BridgeConf.Topic("#", outbox(rule.id()) + "#", "", "", -1, -1, 0)),
        List.of(),
        none,
        none,
        null);
  }
}
