package io.nanomq.retained;

import io.nanomq.packet.PublishMessage;
import io.nanomq.router.LevelNode;
import org.jspecify.annotations.Nullable;

/** One level of a topic with its retained message. Shared as {@link LevelNode} says. */
final class RetainedNode extends LevelNode<RetainedNode> {
  private volatile @Nullable PublishMessage message;

  RetainedNode(@Nullable RetainedNode parent, String level) {
    super(parent, level);
  }

  @Nullable PublishMessage message() {
    return message;
  }

  /** Under the store's lock. */
  void message(@Nullable PublishMessage retained) {
    message = retained;
  }

  RetainedNode childOrNew(String level) {
    RetainedNode child = child(level);
    if (child == null) {
      child = new RetainedNode(this, level);
      addChild(child);
    }
    return child;
  }

  void remove(RetainedNode child) {
    removeChild(child);
  }
}
