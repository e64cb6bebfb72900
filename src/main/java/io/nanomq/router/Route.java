package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;

/** A topic that a loop has met, and who it went to then. */
@LoopConfined
public final class Route {
  private final TopicName topic;
  final long hash;
  Match match;

  Route(TopicName topic, long hash, Match match) {
    this.topic = topic;
    this.hash = hash;
    this.match = match;
  }

  public TopicName topic() {
    return topic;
  }
}
