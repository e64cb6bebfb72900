package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of one message on one loop where several filters match: each once, with the
 * highest QoS and all Subscription Identifiers [MQTT-3.3.5-1] [MQTT-3.3.4-2] [MQTT-3.3.4-4].
 */
@LoopConfined
final class DistinctRecipients {
  private @Nullable Recipient[] recipients = new Recipient[16];
  private int[] qos = new int[16];
  private boolean[] retain = new boolean[16];
  private int[] @Nullable [] identifiers = new int[16][];
  // How many of the identifiers count; the array is the subscription's own while it has only those.
  private int[] identifierCounts = new int[16];
  private int size;
  private int filters;
  private long mark;

  void begin() {
    mark++;
    size = 0;
    filters = 0;
  }

  /** Lets go of the recipients: a session that ends must not be kept by the last message it got. */
  void end() {
    Arrays.fill(recipients, 0, size, null);
    Arrays.fill(identifiers, 0, size, null);
    size = 0;
  }

  int size() {
    return size;
  }

  /** How many subscriptions were gathered; each recipient has one or more. */
  int filters() {
    return filters;
  }

  Recipient recipient(int i) {
    Recipient recipient = recipients[i];
    if (recipient == null) {
      throw new IndexOutOfBoundsException(i);
    }
    return recipient;
  }

  int qos(int i) {
    return qos[i];
  }

  boolean retain(int i) {
    return retain[i];
  }

  /** The caller may keep them. */
  int @Nullable [] identifiers(int i) {
    int[] all = identifiers[i];
    int count = identifierCounts[i];
    return all == null || all.length == count ? all : Arrays.copyOf(all, count);
  }

  void add(Subscriber subscriber) {
    filters++;
    Recipient recipient = subscriber.recipient();
    int i = place(recipient);
    if (i < size) {
      qos[i] = Math.max(qos[i], subscriber.qos());
      retain[i] |= subscriber.retainAsPublished();
      join(i, subscriber.identifiers());
      return;
    }
    if (size == recipients.length) {
      grow();
    }
    recipient.gatherMark = mark;
    recipient.gatherIndex = size;
    recipients[size] = recipient;
    qos[size] = subscriber.qos();
    retain[size] = subscriber.retainAsPublished();
    identifiers[size] = null;
    identifierCounts[size] = 0;
    join(size, subscriber.identifiers());
    size++;
  }

  /** Where it is; {@link #size} = nowhere yet. */
  private int place(Recipient recipient) {
    int i = recipient.gatherIndex;
    return recipient.gatherMark == mark && i < size && recipients[i] == recipient ? i : size;
  }

  private void join(int i, int @Nullable [] more) {
    if (more == null) {
      return;
    }
    int[] all = identifiers[i];
    int count = identifierCounts[i];
    if (all == null) {
      all = more;
    } else {
      // A subscription's own array is full, so it is copied and never written to.
      if (count + more.length > all.length) {
        all = Arrays.copyOf(all, Math.max(count + more.length, 2 * all.length));
      }
      System.arraycopy(more, 0, all, count, more.length);
    }
    identifiers[i] = all;
    identifierCounts[i] = count + more.length;
  }

  private void grow() {
    int length = size * 2;
    recipients = Arrays.copyOf(recipients, length);
    qos = Arrays.copyOf(qos, length);
    retain = Arrays.copyOf(retain, length);
    identifiers = Arrays.copyOf(identifiers, length);
    identifierCounts = Arrays.copyOf(identifierCounts, length);
  }
}
