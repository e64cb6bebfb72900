package io.nanomq.bridge;

import io.nanomq.bridge.topic.TopicRewrite;
import io.nanomq.codec.PropertyWriter;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.TopicRules;
import io.nanomq.codec.client.ClientEncoder;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscription;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a bridge subscribes to on the other broker. */
@LoopConfined
final class RemoteSubscriptions {
  private static final int SUBSCRIBE_ID = 1;

  // configuration
  private List<TopicRewrite> rules = List.of();
  private BridgeConf.Properties properties =
      new BridgeConf.Properties(Map.of(), Map.of(), Map.of());
  // connection
  private boolean awaited;

  void apply(BridgeConf conf) {
    rules = conf.subscriptions().stream().map(TopicRewrite::subscription).toList();
    properties = conf.subscribeProperties();
  }

  /** The rules for what comes from there. */
  List<TopicRewrite> rules() {
    return rules;
  }

  /** Subscribes on a connection that begins. */
  void subscribe(RemoteLink socket) {
    awaited = !rules.isEmpty();
    List<Subscription> wanted = rules.stream().map(RemoteSubscriptions::subscription).toList();
    if (!wanted.isEmpty()) {
      Long identifier = properties.numbers().get("identifier");
      ClientEncoder.subscribe(
          socket.writer().reserve(0),
          SUBSCRIBE_ID,
          socket.version(),
          wanted,
          identifier == null ? 0 : identifier.intValue(),
          new PropertyWriter().user(properties.user()).bytes());
    }
  }

  private static Subscription subscription(TopicRewrite rule) {
    BridgeConf.Topic topic = rule.rule();
    int options = topic.options();
    return new Subscription(
        rule.filter(),
        Math.max(0, topic.qos()),
        (options & 4) != 0 && !TopicRules.isShared(rule.filter()), // [MQTT-3.8.3-4]
        (options & 8) != 0,
        options >> 4 & 3,
        0);
  }

  /**
   * SUBACK has come: a filter that was refused costs what it would have brought, no more.
   *
   * @param trouble is told of each
   * @throws ProtocolError 0x82 where nothing was asked for: each is logged, so there is one
   */
  void answered(byte[] codes, Consumer<String> trouble) {
    if (!awaited || codes.length != rules.size()) {
      throw ProtocolError.protocol("SUBACK for nothing that was subscribed [MQTT-3.8.4-5]");
    }
    awaited = false;
    refused(rules.stream().map(TopicRewrite::filter).toList(), codes, trouble);
  }

  /** Tells of each filter that was refused. */
  static void refused(List<String> filters, byte[] codes, Consumer<String> trouble) {
    for (int i = 0; i < codes.length; i++) {
      if ((codes[i] & 0x80) != 0) {
        trouble.accept(
            "the other broker refused the subscription of "
                + RemoteLink.printable(filters.get(i))
                + " with code 0x"
                + Integer.toHexString(codes[i] & 0xFF));
      }
    }
  }
}
