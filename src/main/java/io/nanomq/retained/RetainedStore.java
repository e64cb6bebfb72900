package io.nanomq.retained;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.packet.PublishMessage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages of the broker, MQTT 5.0 section 3.3.1.3, one a topic.
 *
 * <p>Shared: reading takes no lock; storing and removing hold one for the few steps down the tree.
 */
public final class RetainedStore {
  private final RetainedNode root = new RetainedNode(null, "");
  private final IntSupplier maxMessages;
  private final Budget budget;
  private int size;

  /**
   * @param maxMessages topics that may have a retained message
   * @param budget what all of them may take, with the tree that they stand in
   */
  public RetainedStore(IntSupplier maxMessages, Budget budget) {
    this.maxMessages = maxMessages;
    this.budget = budget;
  }

  public synchronized int size() {
    return size;
  }

  /**
   * Stores a message in place of the topic's former one; one with an empty payload only removes
   * that [MQTT-3.3.1-6] [MQTT-3.3.1-7].
   *
   * @param account whose message it is, null = the broker's own or an administrator's
   * @return whether it was taken: false where there is no room, in the store or in the share of the
   *     account; the former one is kept then
   */
  public synchronized boolean store(PublishMessage message, @Nullable Account account) {
    String topic = message.topic().text();
    RetainedNode there = find(topic);
    if (message.payload().length == 0) {
      remove(there);
      return true;
    }
    PublishMessage before = there == null ? null : there.message();
    if (before == null && size >= maxMessages.getAsInt()
        || !take(message.retainedBytes() + root.costOfPath(topic, 0), account, there, before)) {
      return false;
    }
    size += before == null ? 1 : 0;
    nodeOrNew(topic, account).message(message, account);
    return true;
  }

  /** Whoever replaces a message is charged in place of who stored that. */
  private boolean take(
      long bytes,
      @Nullable Account account,
      @Nullable RetainedNode there,
      @Nullable PublishMessage before) {
    if (there == null || before == null) {
      return budget.takeLasting(account, 0, bytes);
    }
    int freed = before.retainedBytes();
    budget.give(there.account(), freed);
    if (account == there.account() && bytes <= freed) {
      budget.add(account, bytes);
      return true;
    }
    boolean isTaken = budget.takeLasting(account, 0, bytes);
    if (!isTaken) {
      budget.add(there.account(), freed);
    }
    return isTaken;
  }

  /** Removes a message, unless a newer one has taken its place. */
  synchronized boolean remove(PublishMessage message) {
    RetainedNode node = find(message.topic().text());
    boolean there = node != null && node.message() == message;
    if (there) {
      remove(node);
    }
    return there;
  }

  /** Removes a message that has expired, unless a newer one has taken its place. */
  synchronized void removeExpired(RetainedNode node, PublishMessage expired) {
    if (node.message() == expired) {
      remove(node);
    }
  }

  private void remove(@Nullable RetainedNode found) {
    RetainedNode node = found;
    PublishMessage gone = node == null ? null : node.message();
    if (node == null || gone == null) {
      return;
    }
    budget.give(node.account(), gone.retainedBytes());
    node.message(null, null);
    size--;
    RetainedNode parent = node.parent();
    while (parent != null && node.message() == null && !node.hasChildren()) {
      parent.remove(node, budget);
      node = parent;
      parent = node.parent();
    }
  }

  private @Nullable RetainedNode find(String topic) {
    RetainedNode node = root;
    int start = 0;
    while (node != null && start >= 0) {
      int slash = topic.indexOf('/', start);
      node = node.child(slash < 0 ? topic.substring(start) : topic.substring(start, slash));
      start = slash < 0 ? -1 : slash + 1;
    }
    return node;
  }

  private RetainedNode nodeOrNew(String topic, @Nullable Account account) {
    RetainedNode node = root;
    int start = 0;
    for (int end = topic.indexOf('/'); end >= 0; end = topic.indexOf('/', start)) {
      node = node.childOrNew(topic.substring(start, end), budget, account);
      start = end + 1;
    }
    return node.childOrNew(topic.substring(start), budget, account);
  }

  /** Starts to go through the messages whose topics match a legal filter. */
  public RetainedCursor cursor(String filter) {
    return new RetainedCursor(this, root, filter, true);
  }

  /** Starts to go through all messages, those of topics that begin with $ among them. */
  RetainedCursor all() {
    return new RetainedCursor(this, root, "#", false);
  }
}
