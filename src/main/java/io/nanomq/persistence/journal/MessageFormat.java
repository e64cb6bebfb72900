package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.StoreClock;
import org.jspecify.annotations.Nullable;

/** A message: topic, payload, properties, flags, when it expires by the time of day, publisher. */
final class MessageFormat {
  private static final int QOS = 3;
  private static final int RETAIN = 4;
  private static final int EXPIRES = 8;

  private MessageFormat() {}

  static void write(RecordBuffer to, PublishMessage message, StoreClock clock) {
    to.writeArray(message.topic().utf8());
    to.writeArray(message.payload());
    to.writeArray(message.properties());
    long expires = clock.toWall(message.expiresAtMillis());
    boolean mayExpire = expires != PublishMessage.NEVER;
    to.writeByte(message.qos() | (message.retain() ? RETAIN : 0) | (mayExpire ? EXPIRES : 0));
    if (mayExpire) {
      to.writeVar(Math.max(0, expires));
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
    return read(in, clock, null);
  }

  /**
   * @param likely who has published it, most likely: one name is kept for many messages then
   */
  static PublishMessage read(RecordReader in, StoreClock clock, @Nullable String likely) {
    TopicName topic = new TopicName(in.readArray());
    byte[] payload = in.readArray();
    byte[] properties = in.readArray();
    int flags = in.readByte();
    long expires = (flags & EXPIRES) == 0 ? PublishMessage.NEVER : clock.toLoop(in.readVar());
    return new PublishMessage(
        topic,
        payload,
        properties,
        flags & QOS,
        (flags & RETAIN) != 0,
        expires,
        in.readOptional(likely));
  }
}
