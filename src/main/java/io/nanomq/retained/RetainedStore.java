package io.nanomq.retained;

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
  private final long maxBytes;
  private int size;
  private long bytes;

  /**
   * @param maxMessages topics that may have a retained message
   * @param maxBytes bytes that all of them may take
   */
  public RetainedStore(IntSupplier maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  public synchronized int size() {
    return size;
  }

  /**
   * Stores a message in place of the topic's former one; one with an empty payload only removes
   * that [MQTT-3.3.1-6] [MQTT-3.3.1-7].
   *
   * @return whether it was taken: false where the store is full; the former one is kept then
   */
  public synchronized boolean store(PublishMessage message) {
    if (message.payload().length == 0) {
      remove(find(message.topic().text(), false));
      return true;
    }
    RetainedNode there = find(message.topic().text(), false);
    PublishMessage before = there == null ? null : there.message();
    long more = message.retainedBytes() - (before == null ? 0 : before.retainedBytes());
    if (before == null && size >= maxMessages.getAsInt() || more > 0 && bytes + more > maxBytes) {
      return false;
    }
    size += before == null ? 1 : 0;
    bytes += more;
    RetainedNode node = there == null ? find(message.topic().text(), true) : there;
    if (node != null) {
      node.message(message);
    }
    return true;
  }

  /** Removes a message, unless a newer one has taken its place. */
  synchronized boolean remove(PublishMessage message) {
    RetainedNode node = find(message.topic().text(), false);
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
    node.message(null);
    size--;
    bytes -= gone.retainedBytes();
    RetainedNode parent = node.parent();
    while (parent != null && node.message() == null && !node.hasChildren()) {
      parent.remove(node);
      node = parent;
      parent = node.parent();
    }
  }

  private @Nullable RetainedNode find(String topic, boolean create) {
    RetainedNode node = root;
    int start = 0;
    while (node != null && start >= 0) {
      int slash = topic.indexOf('/', start);
      String level = slash < 0 ? topic.substring(start) : topic.substring(start, slash);
      node = create ? node.childOrNew(level) : node.child(level);
      start = slash < 0 ? -1 : slash + 1;
    }
    return node;
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
