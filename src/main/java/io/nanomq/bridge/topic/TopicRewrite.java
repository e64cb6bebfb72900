package io.nanomq.bridge.topic;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a bridge: which topics of one side it is for, and what they are on the other one.
 * Without a topic for the other side it stays the same; wildcards there stand for what they matched
 * here, in order, or where they lie if one is a part of the other; prefix and suffix are put around
 * it.
 */
@LoopConfined
public final class TopicRewrite {
  /** Topics that are remembered; then all are forgotten. */
  private static final int REMEMBERED = 4096;

  /** Longer ones are not: what is remembered is bounded by bytes, too. */
  private static final int REMEMBERED_CHARACTERS = 256;

  private static final int MAX_TOPIC_BYTES = 65_535;

  private final String filter;
  private final TopicPattern source;
  private final @Nullable TopicPattern target;
  private final int skip;
  private final BridgeConf.Topic rule;
  private final boolean same;
  private final Map<TopicName, TopicName> known = new HashMap<>();

  private TopicRewrite(String filter, String target, BridgeConf.Topic rule) {
    this.filter = filter;
    int start = TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
    this.source = new TopicPattern(filter.substring(Math.max(0, start)));
    boolean keeps = target.isEmpty() || target.equals(filter);
    this.target = keeps ? null : new TopicPattern(target);
    this.skip = this.target == null ? 0 : source.wildcardsBefore(this.target);
    this.rule = rule;
    this.same = keeps && rule.prefix().isEmpty() && rule.suffix().isEmpty();
  }

  /** A rule for what goes to the other broker. */
  public static TopicRewrite forward(BridgeConf.Topic rule) {
    String filter = rule.local().isEmpty() ? rule.remote() : rule.local();
    return new TopicRewrite(filter, rule.remote(), rule);
  }

  /** A rule for what comes from the other broker. */
  public static TopicRewrite subscription(BridgeConf.Topic rule) {
    String filter = rule.remote().isEmpty() ? rule.local() : rule.remote();
    return new TopicRewrite(filter, rule.local(), rule);
  }

  public BridgeConf.Topic rule() {
    return rule;
  }

  /** The filter on the side where messages come from, share prefix included. */
  public String filter() {
    return filter;
  }

  /** Whether topics and RETAIN flags stay as they are. */
  public boolean changesNothing() {
    return same && rule.retain() < 0;
  }

  /** QoS on the other side of a message that has {@code qos} on this one. */
  public int qos(int qos) {
    return rule.qos() < 0 ? qos : rule.qos();
  }

  /** RETAIN flag on the other side. */
  public boolean retain(boolean retain) {
    return rule.retain() < 0 ? retain : rule.retain() == 1;
  }

  /** The topic on the other side; null = the rule is not for it, or what comes out is no topic. */
  public @Nullable TopicName map(TopicName topic) {
    TopicName mapped = known.get(topic);
    if (mapped == null) {
      mapped = make(topic);
      if (mapped != null) {
        remember(topic, mapped);
      }
    }
    return mapped;
  }

  private void remember(TopicName topic, TopicName mapped) {
    if (topic.text().length() + mapped.text().length() > 2 * REMEMBERED_CHARACTERS) {
      return;
    }
    if (known.size() >= REMEMBERED) {
      known.clear();
    }
    known.put(topic, mapped);
  }

  private @Nullable TopicName make(TopicName topic) {
    TopicPattern.Captures captures = source.match(topic.text());
    if (captures == null) {
      return null;
    }
    if (same) {
      return topic;
    }
    String middle = target == null ? topic.text() : target.fill(captures, skip);
    TopicName mapped = TopicName.of(rule.prefix() + middle + rule.suffix());
    if (mapped.utf8().length > MAX_TOPIC_BYTES) {
      return null; // [MQTT-1.5.4]
    }
    try {
      TopicRules.checkName(mapped.utf8());
      return mapped;
    } catch (ProtocolError illegal) {
      return null;
    }
  }
}
