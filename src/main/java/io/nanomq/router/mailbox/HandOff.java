package io.nanomq.router.mailbox;

import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way from one loop to another, as one element. Filled by the sending loop, then
 * read by the receiving one: what the first has written is seen by the second, since the element
 * goes through the concurrent queue of the {@link Mailbox}.
 */
public final class HandOff {
  public static final int CAPACITY = 256;

  private PublishMessage[] messages = new PublishMessage[CAPACITY];
  // A Match, a LargeDeliveries.Mail, the Subscriber that a shared group chose, or a
  // SharedDelivery.Offer.
  private Object[] targets = new Object[CAPACITY];
  // By what numbers the store knows the messages; null = it knows none of them.
  private long @Nullable [] numbers;
  private int size;
  private int taken;
  private long bytes = 2 * HeapBytes.references(CAPACITY);

  /** Whether it is to leave, which it does between two messages: one may be in it several times. */
  public boolean isFull() {
    return size >= CAPACITY;
  }

  /** What it holds, with its messages. */
  public long bytes() {
    return bytes;
  }

  public int size() {
    return size;
  }

  /**
   * @param number by which the store knows the message; 0 = it does not
   */
  public void add(PublishMessage message, Object target, long number) {
    if (size == messages.length) {
      grow();
    }
    if (number != 0) {
      number(number);
    }
    messages[size] = message;
    targets[size++] = target;
    bytes += message.retainedBytes();
  }

  private void grow() {
    bytes += 2 * HeapBytes.references(size);
    messages = Arrays.copyOf(messages, size * 2);
    targets = Arrays.copyOf(targets, size * 2);
  }

  private void number(long number) {
    long[] all = numbers;
    if (all == null || size >= all.length) {
      bytes += 2 * HeapBytes.references(messages.length);
      all = all == null ? new long[messages.length] : Arrays.copyOf(all, messages.length);
      numbers = all;
    }
    all[size] = number;
  }

  /** Whether the store knows any of the messages. */
  public boolean isStored() {
    return numbers != null;
  }

  public boolean hasNext() {
    return taken < size;
  }

  public PublishMessage message() {
    return messages[taken];
  }

  /** Who of the receiving loop gets the message: a match, or a member that a group has chosen. */
  public Object target() {
    return targets[taken];
  }

  /** By which the store knows the message; 0 = it does not. */
  public long number() {
    long[] all = numbers;
    return all == null || taken >= all.length ? 0 : all[taken];
  }

  public void advance() {
    taken++;
  }
}
