package io.nanomq.retained;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionStore;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages of the broker, MQTT 5.0 section 3.3.1.3, one a topic.
 *
 * <p>Shared: reading takes no lock; storing and removing hold one for the few steps down the tree.
 * Each change has a version, given under the lock; the store of the loop that makes it is told
 * after that.
 */
public final class RetainedStore {
  private static final long REFUSED = -1;
  private static final long UNCHANGED = 0;

  private final RetainedNode root = new RetainedNode(null, "");
  private final IntSupplier maxMessages;
  private final Budget budget;
  private int size;
  private long version;

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

  /** The versions of an earlier process went up to that one; before the first message. */
  public synchronized void continueAfter(long last) {
    version = last;
  }

  /**
   * Stores a message in place of the topic's former one; one with an empty payload only removes
   * that [MQTT-3.3.1-6] [MQTT-3.3.1-7].
   *
   * @param account whose message it is, null = the broker's own or an administrator's
   * @param told the store of the calling loop, which outlives the process
   * @return whether it was taken: false where there is no room, in the store or in the share of the
   *     account; the former one is kept then
   */
  public boolean store(PublishMessage message, @Nullable Account account, SessionStore told) {
    long changed = change(message, account);
    if (changed > 0 && message.payload().length == 0) {
      told.unretained(message.topic().text(), changed);
    } else if (changed > 0) {
      told.retained(message, changed);
    }
    return changed != REFUSED;
  }

  /** The same for one that was told before: that an earlier process left. */
  public boolean store(PublishMessage message, @Nullable Account account) {
    return change(message, account) != REFUSED;
  }

  /**
   * @return version of the change
   */
  private synchronized long change(PublishMessage message, @Nullable Account account) {
    String topic = message.topic().text();
    RetainedNode there = find(topic);
    if (message.payload().length == 0) {
      return remove(there);
    }
    PublishMessage before = there == null ? null : there.message();
    if (before == null && size >= maxMessages.getAsInt()
        || !take(message.retainedBytes() + root.costOfPath(topic, 0), account, there, before)) {
      return REFUSED;
    }
    size += before == null ? 1 : 0;
    nodeOrNew(topic, account).message(message, account);
    return ++version;
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

  /**
   * Removes a message, unless a newer one has taken its place.
   *
   * @param told the store of the calling loop
   */
  boolean remove(PublishMessage message, SessionStore told) {
    return remove(null, message, told);
  }

  /**
   * Removes a message that has expired, unless a newer one has taken its place.
   *
   * @param told the store of the calling loop
   */
  void removeExpired(RetainedNode node, PublishMessage expired, SessionStore told) {
    remove(node, expired, told);
  }

  private boolean remove(@Nullable RetainedNode node, PublishMessage message, SessionStore told) {
    long changed = removeOnly(node, message);
    if (changed > 0) {
      told.unretained(message.topic().text(), changed);
    }
    return changed > 0;
  }

  private synchronized long removeOnly(@Nullable RetainedNode known, PublishMessage message) {
    RetainedNode node = known == null ? find(message.topic().text()) : known;
    return node != null && node.message() == message ? remove(node) : UNCHANGED;
  }

  /**
   * @return version of the change
   */
  private long remove(@Nullable RetainedNode found) {
    RetainedNode node = found;
    PublishMessage gone = node == null ? null : node.message();
    if (node == null || gone == null) {
      return UNCHANGED;
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
    return ++version;
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

  /**
   * Starts to go through the messages whose topics match a legal filter.
   *
   * @param told the store of the loop that goes through them
   */
  public RetainedCursor cursor(String filter, SessionStore told) {
    return new RetainedCursor(this, root, filter, true, told);
  }

  /**
   * Starts to go through all messages, those of topics that begin with $ among them.
   *
   * @param told the store of the loop that goes through them
   */
  RetainedCursor all(SessionStore told) {
    return new RetainedCursor(this, root, "#", false, told);
  }
}
