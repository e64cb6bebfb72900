package io.nanomq.router;

import io.nanomq.codec.TopicRules;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;

/** A topic that a loop has met, and who it went to then. */
@LoopConfined
public final class Route {
  private final TopicName topic;
  final long hash;
  final int levels;
  Match match;
  // What the cache counts for it; 0 = it is not there.
  int cachedBytes;

  Route(TopicName topic, long hash, Match match) {
    this.topic = topic;
    this.hash = hash;
    this.levels = TopicRules.levels(topic.text());
    this.match = match;
  }

  /** What it costs to remember, in bytes. */
  int cost() {
    return match.cost() + topic.keptBytes();
  }

  /** Whether durable sessions may get a message. */
  public boolean mayBeStored() {
    return match.durable() != null;
  }

  public TopicName topic() {
    return topic;
  }
}
