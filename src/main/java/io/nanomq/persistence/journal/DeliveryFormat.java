package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a message is to be delivered: flags, Subscription Identifiers, group, topic. */
final class DeliveryFormat {
  private static final int QOS = 3;
  private static final int RETAIN = 4;
  private static final int IDENTIFIERS = 8;
  private static final int GROUP = 16;
  private static final int TOPIC = 32;

  /** The group stands there by its name; by its filter, which is longer, as of format 1, else. */
  private static final int GROUP_NAME = 64;

  /** What {@link StoredDelivery} remembers of the first byte. */
  static final int REMEMBERED = 63;

  /** By the first byte where nothing stands behind it: one for all messages. */
  private static final DeliveryOptions[] PLAIN =
      IntStream.rangeClosed(0, QOS | RETAIN)
          .mapToObj(flags -> new DeliveryOptions(flags & QOS, (flags & RETAIN) != 0, null, null))
          .toArray(DeliveryOptions[]::new);

  private DeliveryFormat() {}

  static void write(RecordBuffer to, DeliveryOptions delivery) {
    int[] identifiers = delivery.identifiers();
    GroupName group = delivery.group();
    String topic = delivery.topic();
    to.writeByte(
        delivery.qos()
            | (delivery.retain() ? RETAIN : 0)
            | (identifiers == null ? 0 : IDENTIFIERS)
            | (group == null ? 0 : GROUP | GROUP_NAME)
            | (topic == null ? 0 : TOPIC));
    if (identifiers != null) {
      to.writeVar(identifiers.length);
      for (int identifier : identifiers) {
        to.writeVar(identifier);
      }
    }
    if (group != null) {
      Records.group(to, group);
    }
    if (topic != null) {
      to.writeString(topic);
    }
  }

  static DeliveryOptions read(RecordReader in) {
    int flags = in.readByte();
    int[] identifiers = (flags & IDENTIFIERS) == 0 ? null : identifiers(in);
    @Nullable GroupName group = (flags & GROUP) == 0 ? null : group(flags, in);
    @Nullable String topic = (flags & TOPIC) == 0 ? null : in.readString();
    return new DeliveryOptions(flags & QOS, (flags & RETAIN) != 0, identifiers, group, topic);
  }

  private static GroupName group(int flags, RecordReader in) {
    return (flags & GROUP_NAME) == 0 ? GroupName.of(in.readString()) : in.readGroup();
  }

  /** What the first byte says where it says all; else null. */
  static @Nullable DeliveryOptions ofFlags(int flags) {
    return flags < PLAIN.length ? PLAIN[flags] : null;
  }

  static boolean isShared(int flags) {
    return (flags & GROUP) != 0;
  }

  private static int[] identifiers(RecordReader in) {
    int[] identifiers = new int[(int) in.readVar()];
    for (int i = 0; i < identifiers.length; i++) {
      identifiers[i] = (int) in.readVar();
    }
    return identifiers;
  }
}
