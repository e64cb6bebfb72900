package io.nanomq.bridge;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscription;
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

  /** The rule that an identifier stands for; null = it is gone. */
  @Nullable TopicRewrite rule(int identifier) {
    return rules.get(identifier);
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
    var subscription = new Subscription(rule.filter(), 2, true, true, 2, identifier);
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
