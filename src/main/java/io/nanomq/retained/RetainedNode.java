package io.nanomq.retained;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.router.LevelNode;
import org.jspecify.annotations.Nullable;

/** One level of a topic with its retained message. Shared as {@link LevelNode} says. */
final class RetainedNode extends LevelNode<RetainedNode> {
  private volatile @Nullable PublishMessage message;
  private @Nullable Account account;

  RetainedNode(@Nullable RetainedNode parent, String level) {
    super(parent, level);
  }

  @Nullable PublishMessage message() {
    return message;
  }

  /** Who is charged for the message; under the store's lock. */
  @Nullable Account account() {
    return account;
  }

  /** Under the store's lock. */
  void message(@Nullable PublishMessage retained, @Nullable Account charged) {
    message = retained;
    account = charged;
  }

  /** Adds a child that is not there yet; under the store's lock. */
  RetainedNode newChild(String level, Budget budget, @Nullable Account charged) {
    RetainedNode child = new RetainedNode(this, level);
    addChild(child, budget, charged);
    return child;
  }

  void remove(RetainedNode child, Budget budget) {
    removeChild(child, budget);
  }
}
