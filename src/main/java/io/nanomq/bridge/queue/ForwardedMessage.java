package io.nanomq.bridge.queue;

import io.nanomq.bridge.path.LoopGuard;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.queue.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A message as it goes to the other broker: under its topic there, and saying where it has been.
 */
@LoopConfined
public final class ForwardedMessage {
  private ForwardedMessage() {}

  /**
   * @param to its topic there; the very one that it has where that is the same
   */
  public static PublishMessage of(PublishMessage kept, TopicName to, LoopGuard guard) {
    byte[] properties = guard.sent(kept.properties());
    return to == kept.topic() && properties == kept.properties()
        ? kept
        : new PublishMessage(
            to, kept.payload(), properties, kept.qos(), kept.retain(), kept.expiresAtMillis());
  }

  /** One that an earlier process has left, with its packet identifier where it was sent. */
  public static Delivery of(RecoveredSession.Message left, LoopGuard guard) {
    DeliveryOptions options = left.delivery();
    Delivery delivery =
        new Delivery(
            message(left.message(), options.topic(), guard),
            options.qos(),
            options.retain(),
            null,
            null,
            left.sequence());
    delivery.packetId = BridgeRecords.packetId(left);
    if (left.taken()) {
      delivery.received();
    }
    return delivery;
  }

  private static @Nullable PublishMessage message(
      @Nullable PublishMessage kept, @Nullable String topic, LoopGuard guard) {
    if (kept == null) {
      return null;
    }
    return of(kept, topic == null ? kept.topic() : TopicName.of(topic), guard);
  }
}
