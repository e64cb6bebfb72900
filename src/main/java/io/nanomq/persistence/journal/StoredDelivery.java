package io.nanomq.persistence.journal;

import org.jspecify.annotations.Nullable;

/** A message that waits for a session, as it is stored. Used by one thread at a time. */
final class StoredDelivery {
  static final int TAKEN = 1;

  /** The message stands in the record itself. */
  static final int INLINE = 2;

  final long message;
  final long segment;
  final int bytes;
  int packetId;
  int flags;
  // While the journal is read: how it is delivered, and the message where that is inline.
  byte @Nullable [] value;

  StoredDelivery(long message, long segment, int bytes) {
    this.message = message;
    this.segment = segment;
    this.bytes = bytes;
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }
}
