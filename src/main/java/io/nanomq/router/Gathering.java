package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of one message on one loop where several filters match: each once, with the
 * highest QoS and all Subscription Identifiers [MQTT-3.3.5-1] [MQTT-3.3.4-2] [MQTT-3.3.4-4].
 */
@LoopConfined
final class Gathering {
  private @Nullable Recipient[] recipients = new Recipient[16];
  private int[] qos = new int[16];
  private boolean[] retain = new boolean[16];
  private int[] @Nullable [] identifiers = new int[16][];
  private int size;
  private long mark;

  void begin() {
    mark++;
    size = 0;
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

  int @Nullable [] identifiers(int i) {
    return identifiers[i];
  }

  void add(Subscriber subscriber) {
    Recipient recipient = subscriber.recipient();
    int i = recipient.gatherIndex;
    if (recipient.gatherMark == mark && i < size && recipients[i] == recipient) {
      qos[i] = Math.max(qos[i], subscriber.qos());
      retain[i] |= subscriber.retainAsPublished();
      identifiers[i] = join(identifiers[i], subscriber.identifiers());
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
    identifiers[size] = subscriber.identifiers();
    size++;
  }

  private static int @Nullable [] join(int @Nullable [] a, int @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private void grow() {
    int length = size * 2;
    recipients = Arrays.copyOf(recipients, length);
    qos = Arrays.copyOf(qos, length);
    retain = Arrays.copyOf(retain, length);
    identifiers = Arrays.copyOf(identifiers, length);
  }
}
