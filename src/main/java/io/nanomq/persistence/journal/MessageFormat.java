package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.StoreClock;
import org.jspecify.annotations.Nullable;

/**
 * A message: topic, payload, properties, flags, when it expires by the time of day and how long
 * that is from when it was told, publisher.
 */
final class MessageFormat {
  private static final int QOS = 3;
  private static final int RETAIN = 4;
  private static final int EXPIRES = 8;

  /** How long it has left stands there as well; always, but in records of format 1. */
  private static final int LEFT = 16;

  private MessageFormat() {}

  static void write(RecordBuffer to, PublishMessage message, StoreClock clock) {
    to.writeArray(message.topic().utf8());
    to.writeArray(message.payload());
    to.writeArray(message.properties());
    long expires = clock.toWall(message.expiresAtMillis());
    boolean mayExpire = expires != PublishMessage.NEVER;
    to.writeByte(
        message.qos() | (message.retain() ? RETAIN : 0) | (mayExpire ? EXPIRES | LEFT : 0));
    if (mayExpire) {
      to.writeVar(Math.max(0, expires));
      to.writeVar(Math.max(0, message.expiresAtMillis() - clock.loopMillis().getAsLong()));
    }
    writeOptional(to, message.publisher());
  }

  static void writeOptional(RecordBuffer to, @Nullable String text) {
    to.writeByte(text == null ? 0 : 1);
    if (text != null) {
      to.writeString(text);
    }
  }

  static PublishMessage read(RecordReader in, StoreClock clock) {
    return read(in, clock, null, null);
  }

  /**
   * @param likely its topic, most likely: one name is kept for many messages then
   * @param publisher who has published it, most likely
   */
  static PublishMessage read(
      RecordReader in, StoreClock clock, @Nullable TopicName likely, @Nullable String publisher) {
    boolean isLikely = likely != null && in.skipArray(likely.utf8());
    TopicName topic = isLikely && likely != null ? likely : new TopicName(in.readArray());
    byte[] payload = in.readArray();
    byte[] properties = in.readArray();
    int flags = in.readByte();
    long expires = (flags & EXPIRES) == 0 ? PublishMessage.NEVER : expires(flags, in, clock);
    return new PublishMessage(
        topic,
        payload,
        properties,
        flags & QOS,
        (flags & RETAIN) != 0,
        expires,
        in.readOptional(publisher));
  }

  /** A clock that was set back does not make a message last longer [MQTT-3.3.2-6]. */
  private static long expires(int flags, RecordReader in, StoreClock clock) {
    long byDay = clock.toLoop(in.readVar());
    return (flags & LEFT) == 0
        ? byDay
        : Math.min(byDay, clock.loopMillis().getAsLong() + in.readVar());
  }
}
