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
  private int size;

  /**
   * @param maxMessages topics that may have a retained message
   */
  public RetainedStore(IntSupplier maxMessages) {
    this.maxMessages = maxMessages;
  }

  public synchronized int size() {
    return size;
  }

  /**
   * Stores a message in place of the topic's former one; one with an empty payload only removes
   * that [MQTT-3.3.1-6] [MQTT-3.3.1-7].
   *
   * @return whether it was taken: false where the topic is new and the store is full
   */
  public synchronized boolean store(PublishMessage message) {
    if (message.payload().length == 0) {
      remove(find(message.topic().text(), false));
      return true;
    }
    RetainedNode there = find(message.topic().text(), false);
    if (there == null || there.message() == null) {
      if (size >= maxMessages.getAsInt()) {
        return false;
      }
      size++;
      there = find(message.topic().text(), true);
    }
    if (there != null) {
      there.message(message);
    }
    return true;
  }

  /** Removes a message that has expired, unless a newer one has taken its place. */
  synchronized void removeExpired(RetainedNode node, PublishMessage expired) {
    if (node.message() == expired) {
      remove(node);
    }
  }

  private void remove(@Nullable RetainedNode found) {
    RetainedNode node = found;
    if (node == null || node.message() == null) {
      return;
    }
    node.message(null);
    size--;
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
