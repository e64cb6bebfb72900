package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;

/** Writes the records that are more than a few numbers; see {@link RecordType}. */
final class RecordWriter {
  private RecordWriter() {}

  /** A session that is connected. */
  static void session(RecordBuffer to, long session, SessionRecord record) {
    int start = Records.beginLarge(to, RecordType.SESSION);
    to.writeVar(session);
    to.writeByte(0);
    to.writeVar(RecoveredSession.CONNECTED);
    to.writeVar(record.expirySeconds());
    to.writeVar(0);
    SessionFormat.write(to, record);
    Records.endLarge(to, start);
  }

  /** What of a session changes; the rest follows. */
  static int beginSession(RecordBuffer to, StoredSession session) {
    int start = Records.beginLarge(to, RecordType.SESSION);
    to.writeVar(session.number);
    to.writeByte(session.flags);
    to.writeVar(session.leftAtMillis);
    to.writeVar(session.expirySeconds);
    to.writeVar(session.lastSequence + 1);
    return start;
  }

  static void published(
      RecordBuffer to,
      long number,
      PublishMessage message,
      StoreClock clock,
      long targets,
      GroupName[] groups,
      long session,
      int packetId) {
    int start = Records.beginLarge(to, RecordType.MESSAGE);
    to.writeVar(number);
    to.writeByte(PendingMessage.GROUP_NAMES);
    to.writeVar(targets);
    to.writeVar(session);
    to.writeVar(packetId);
    to.writeVar(groups.length);
    for (GroupName group : groups) {
      Records.group(to, group);
    }
    to.writeVar(0);
    MessageFormat.write(to, message, clock);
    Records.endLarge(to, start);
  }

  static void handedOver(RecordBuffer to, int source, int target, long number) {
    Records.numbers(to, RecordType.HANDED_OVER, source, target, number);
  }

  /**
   * A message that waits for a session.
   *
   * @return where the packet identifier stands, 0 until it is {@link #sent}
   */
  static int queued(
      RecordBuffer to,
      long session,
      long sequence,
      long number,
      PublishMessage message,
      DeliveryOptions delivery,
      StoreClock clock) {
    int start = Records.beginLarge(to, RecordType.QUEUED);
    to.writeVar(session);
    to.writeVar(sequence);
    to.writeVar(number);
    to.writeByte(number == 0 ? StoredDelivery.INLINE : 0);
    int packetIdAt = to.length();
    to.writeVar(0);
    DeliveryFormat.write(to, delivery);
    if (number == 0) {
      MessageFormat.write(to, message, clock);
    }
    Records.endLarge(to, start);
    return packetIdAt;
  }

  /**
   * What was queued by the last record is sent at once: that record says it.
   *
   * @param record where it begins
   * @param packetIdAt what {@link #queued} has returned
   */
  static void sent(RecordBuffer to, int record, int packetIdAt, int packetId) {
    to.replaceVar(packetIdAt, packetId);
    Records.endLarge(to, record + Records.LARGE_HEAD);
  }

  /** What of a delivery changes; the rest follows. */
  static int beginQueued(RecordBuffer to, long session, Rows delivery) {
    int start = Records.beginLarge(to, RecordType.QUEUED);
    to.writeVar(session);
    to.writeVar(delivery.key());
    to.writeVar(delivery.number());
    to.writeByte(StoredDelivery.flags(delivery.value()));
    to.writeVar(StoredDelivery.packetId(delivery.value()));
    return start;
  }

  static void retained(RecordBuffer to, PublishMessage message, long version, StoreClock clock) {
    int start = Records.beginLarge(to, RecordType.RETAINED);
    to.writeVar(version);
    to.writeString(message.topic().text());
    MessageFormat.write(to, message, clock);
    Records.endLarge(to, start);
  }
}
