package io.nanomq.router;

import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;

/**
 * Messages on their way from one loop to another, as one element. Filled by the sending loop, then
 * read by the receiving one: what the first has written is seen by the second, since the element
 * goes through the concurrent queue of the {@link Mailbox}.
 */
final class HandOff {
  static final int CAPACITY = 256;

  private final PublishMessage[] messages = new PublishMessage[CAPACITY];
  // A Match, a LargeDeliveries.Mail, the Subscriber that a shared group chose, or a SharedOffer.
  private final Object[] targets = new Object[CAPACITY];
  private int size;
  private int taken;
  private long bytes = 2 * HeapBytes.references(CAPACITY);

  boolean isFull() {
    return size == CAPACITY;
  }

  /** What it holds, with its messages. */
  long bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void add(PublishMessage message, Object target) {
    messages[size] = message;
    targets[size++] = target;
    bytes += message.retainedBytes();
  }

  boolean hasNext() {
    return taken < size;
  }

  PublishMessage message() {
    return messages[taken];
  }

  /** Who of the receiving loop gets the message: a match, or a member that a group has chosen. */
  Object target() {
    return targets[taken];
  }

  void advance() {
    taken++;
  }
}
