package io.nanomq.bridge;

import io.nanomq.bridge.topic.TopicRewrite;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.router.Recipient;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge forwards: each rule is a subscription in the topic tree, whose identifier says with
 * a message which rules it is for.
 */
@LoopConfined
final class Forwards {
  private final Recipient recipient;
  private final TopicTree tree;
  private final Map<Integer, TopicRewrite> rules = new HashMap<>();
  private final Map<Integer, Subscriber> subscribers = new HashMap<>();
  private int lastIdentifier;

  Forwards(Recipient recipient, TopicTree tree) {
    this.recipient = recipient;
    this.tree = tree;
  }

  /**
   * Gives a message to the outbox once for each topic that it has on the other side.
   *
   * @param identifiers of the rules that it is for
   * @return why it is not taken; null = it is, or some rule's
   */
  @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      Outbox outbox) {
    DropReason reason = null;
    boolean taken = false;
    for (int i = 0; identifiers != null && i < identifiers.length; i++) {
      TopicRewrite rule = rules.get(identifiers[i]);
      TopicName to = rule == null ? null : rule.map(message.topic());
      if (rule == null || to == null || isRepeated(message.topic(), identifiers, i, to)) {
        continue;
      }
      DropReason one = outbox.deliver(message, to, rule.qos(qos), rule.retain(retain));
      taken |= one == null;
      reason = one == null ? reason : one;
    }
    return taken ? null : reason;
  }

  /** Whether a rule before it brings the message to the same topic. */
  private boolean isRepeated(TopicName topic, int[] identifiers, int before, TopicName to) {
    for (int i = 0; i < before; i++) {
      TopicRewrite rule = rules.get(identifiers[i]);
      TopicName other = rule == null ? null : rule.map(topic);
      if (other != null && other.equals(to)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes over the rules of a configuration; those that stay are not touched, and no message falls
   * between the others.
   *
   * @return filters for which there was no room
   */
  List<String> apply(List<BridgeConf.Topic> wanted) {
    List<BridgeConf.Topic> coming = new ArrayList<>(wanted);
    List<Integer> leaving = new ArrayList<>();
    rules.forEach(
        (identifier, rule) -> {
          if (!coming.remove(rule.rule())) {
            leaving.add(identifier);
          }
        });
    List<String> refused = new ArrayList<>();
    for (BridgeConf.Topic topic : coming) {
      add(TopicRewrite.forward(topic), refused);
    }
    leaving.forEach(this::remove);
    return refused;
  }

  private void add(TopicRewrite rule, List<String> refused) {
    int identifier = ++lastIdentifier;
    // The bridge gets what it published itself only where somebody else did, too.
    var subscription = new Subscription(rule.filter(), rule.qos(2), true, true, 2, identifier);
    var subscriber = new Subscriber(recipient, subscription);
    rules.put(identifier, rule);
    if (tree.add(subscriber)) {
      subscribers.put(identifier, subscriber);
    } else {
      rules.remove(identifier);
      refused.add(rule.filter());
    }
  }

  private void remove(int identifier) {
    Subscriber subscriber = subscribers.remove(identifier);
    if (subscriber != null) {
      tree.remove(subscriber);
    }
    rules.remove(identifier);
  }
}
