package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.GroupName;
import io.nanomq.router.SharedGroup;
import org.jspecify.annotations.Nullable;

/** A message for one session: first waiting in its queue, then in flight until acknowledged. */
@LoopConfined
public class Delivery {
  /**
   * This object, which has 64 bytes, and up to eight places of four bytes each that an {@link
   * InflightWindow} has for it.
   */
  private static final int OBJECT_BYTES = 64 + 8 * 4;

  private static final byte RETAIN = 1;
  private static final byte RECEIVED = 2;

  // Null where only the packet id matters: the client has it for good (PUBREC), or it is on its way
  // and there was no room to keep it.
  public @Nullable PublishMessage message;
  public final int @Nullable [] identifiers;
  public final @Nullable SharedGroup group;
  public final long sequence;
  public final byte qos;
  // Bits in one byte: with one more the object would have 72 bytes.
  private byte flags;
  // What HeldMessages charges the account with, in bytes; 0 = it is not accounted for.
  public int charge;
  // What the store has of it that is for nobody else, in bytes, where that is its message.
  public int stored;
  // in flight
  public int packetId;
  public long sentAtMillis;
  // Whether it went out on the present connection.
  public boolean sent;
  // Whether it has its packet identifier, and never went out.
  public boolean fresh;
  public @Nullable Delivery previous;
  public @Nullable Delivery next;

  public Delivery(
      @Nullable PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group,
      long sequence) {
    this.message = message;
    this.qos = (byte) qos;
    this.flags = retain ? RETAIN : 0;
    this.identifiers = identifiers;
    this.group = group;
    this.sequence = sequence;
  }

  /** What it costs to keep, in bytes, if nobody else keeps the same message. */
  public int bytes() {
    PublishMessage kept = message;
    return referenceBytes() + (kept == null ? 0 : kept.retainedBytes());
  }

  /**
   * What it costs apart from its message, in bytes. The name of a group is in memory once, but on
   * disk with the message, with its delivery, and where that is told.
   */
  public int referenceBytes() {
    return OBJECT_BYTES
        + (identifiers == null ? 0 : HeapBytes.references(identifiers.length))
        + (group == null ? 0 : groupBytes());
  }

  /** What it costs that a group chose who gets it, in bytes. */
  int groupBytes() {
    return 3 * GroupName.BYTES;
  }

  /** Bytes of the payload; 0 where the message is not here. */
  public int payloadBytes() {
    PublishMessage kept = message;
    return kept == null ? 0 : kept.payload().length;
  }

  /**
   * Whether another member of its group may have it: not where it is of QoS 2 and was sent
   * [MQTT-4.8.2-5].
   */
  public boolean isForOthers() {
    boolean isSent = packetId != 0 && !fresh;
    return group != null && !(isSent && qos == 2);
  }

  public boolean isHeld() {
    return charge > 0;
  }

  /** Whether it is sent with RETAIN. */
  public boolean retain() {
    return (flags & RETAIN) != 0;
  }

  /** Whether PUBREC has come, so that PUBREL is what has to be repeated. */
  public boolean isReceived() {
    return (flags & RECEIVED) != 0;
  }

  /** PUBREC has come, now or to an earlier process. */
  public void received() {
    flags |= RECEIVED;
  }

  public boolean isExpired(long nowMillis) {
    PublishMessage kept = message;
    return kept != null && kept.isExpired(nowMillis);
  }

  /** When it expires; {@link PublishMessage#NEVER}. */
  public long expiresAtMillis() {
    PublishMessage kept = message;
    return kept == null ? PublishMessage.NEVER : kept.expiresAtMillis();
  }
}
