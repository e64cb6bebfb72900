package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.Subscription;

/** Options of a subscription, behind its filter: a byte as in SUBSCRIBE, and the identifier. */
final class SubscriptionFormat {
  private static final int NO_LOCAL = 4;
  private static final int RETAIN_AS_PUBLISHED = 8;
  private static final int HANDLING_SHIFT = 4;

  private SubscriptionFormat() {}

  static void write(RecordBuffer to, long session, Subscription subscription) {
    int start = Records.beginLarge(to, RecordType.SUBSCRIBED);
    to.writeVar(session);
    to.writeString(subscription.filter());
    to.writeByte(
        subscription.qos()
            | (subscription.noLocal() ? NO_LOCAL : 0)
            | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
            | subscription.retainHandling() << HANDLING_SHIFT);
    to.writeVar(subscription.identifier());
    Records.endLarge(to, start);
  }

  /** Behind the filter. */
  static Subscription read(String filter, RecordReader in) {
    int options = in.readByte();
    return new Subscription(
        filter,
        options & 3,
        (options & NO_LOCAL) != 0,
        (options & RETAIN_AS_PUBLISHED) != 0,
        options >> HANDLING_SHIFT,
        (int) in.readVar());
  }
}
