package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.router.SharedGroup;
import org.jspecify.annotations.Nullable;

/** A message for one session: first waiting in its queue, then in flight until acknowledged. */
@LoopConfined
final class Delivery {
  // Null once the client has it for good (PUBREC) and only the packet id matters.
  @Nullable PublishMessage message;
  final int @Nullable [] identifiers;
  final @Nullable SharedGroup group;
  final long sequence;
  final byte qos;
  final boolean retain;
  // Whether its bytes are accounted for.
  boolean held;
  // in flight
  int packetId;
  long sentAtMillis;
  // Whether it went out on the present connection.
  boolean sent;
  @Nullable Delivery previous;
  @Nullable Delivery next;

  Delivery(
      PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group,
      long sequence) {
    this.message = message;
    this.qos = (byte) qos;
    this.retain = retain;
    this.identifiers = identifiers;
    this.group = group;
    this.sequence = sequence;
  }

  /** What it costs to keep, in bytes; 0 where only the packet id matters. */
  int bytes() {
    PublishMessage kept = message;
    int numbers = identifiers == null ? 0 : Integer.BYTES * identifiers.length;
    return kept == null ? 0 : kept.retainedBytes() + numbers;
  }

  /** Accounts for its bytes, unless that was done. */
  void hold(LoopContext loop) {
    if (!held && message != null) {
      held = true;
      loop.hold(bytes());
    }
  }

  /** Gives back what {@link #hold} took. */
  void letGo(LoopContext loop) {
    if (held && message != null) {
      held = false;
      loop.hold(-bytes());
    }
  }

  /** Whether PUBREC has come, so that PUBREL is what has to be repeated. */
  boolean isReceived() {
    return message == null;
  }
}
