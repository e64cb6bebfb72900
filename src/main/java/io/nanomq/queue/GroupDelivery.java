package io.nanomq.queue;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import io.nanomq.router.FanOut;
import io.nanomq.router.SharedGroup;
import org.jspecify.annotations.Nullable;

/**
 * A message of a shared group for a member that ends with the process. The store keeps the message
 * for the group until the member has acknowledged it: another one gets it if the process ends
 * before, MQTT 5.0 section 4.8.2.
 */
@LoopConfined
public final class GroupDelivery extends Delivery {
  /** The number here, and what the store's index has of a message that is still to be given. */
  private static final int BYTES = 8 + 256;

  // By which the store keeps the message for the group; 0 = it does not.
  private long number;

  public GroupDelivery(
      PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      SharedGroup group,
      long sequence) {
    super(message, qos, retain, identifiers, group, sequence);
  }

  @Override
  int groupBytes() {
    return super.groupBytes() + BYTES;
  }

  /** The member has taken a message, and says itself when it is done with it. */
  public static void claim(Delivery delivery, OutgoingPublish message) {
    if (delivery instanceof GroupDelivery one) {
      one.number = message.number();
      message.number(0);
    }
  }

  /** The store need not keep it for the group any more. */
  public static void release(Delivery delivery, FanOut fanOut) {
    long stored = takeNumber(delivery);
    if (stored != 0 && delivery.group != null) {
      fanOut.settled(stored, delivery.group);
    }
  }

  /**
   * It is to be given to another member.
   *
   * @return by which number the store keeps it for the group; 0 = it does not
   */
  public static long takeNumber(Delivery delivery) {
    long stored = 0;
    if (delivery instanceof GroupDelivery one) {
      stored = one.number;
      one.number = 0;
    }
    return stored;
  }
}
