package io.nanomq.persistence.journal;

/** What a record is; none is ever given another meaning. Numbers are of variable length. */
final class RecordType {
  /**
   * A process begins: format, {@link HighestNumbers}. What is not handed over now is to be routed
   * again.
   */
  static final int START = 1;

  /** {@link HighestNumbers}. */
  static final int MARKS = 2;

  /**
   * A session as it is: number, flags, when it was left, Session Expiry Interval, last sequence,
   * {@link SessionFormat}.
   */
  static final int SESSION = 3;

  /** Session, when, Session Expiry Interval. */
  static final int LEFT = 4;

  /** Session. */
  static final int WILL_SETTLED = 5;

  /** Session. */
  static final int ENDING = 6;

  /** Session. */
  static final int ENDED = 7;

  /** Session, filter, options. */
  static final int SUBSCRIBED = 8;

  /** Session, filter. */
  static final int UNSUBSCRIBED = 9;

  /**
   * A message: number, flags, target loops, session and packet identifier of what was received,
   * groups, sessions that had it, {@link MessageFormat}.
   */
  static final int MESSAGE = 10;

  /** Source loop, target loop, number. */
  static final int HANDED_OVER = 11;

  /** Number, filter of the group; of format 1. */
  static final int HANDED_TO_GROUP = 12;

  /** Number. */
  static final int ROUTED_AGAIN = 13;

  /**
   * Session, sequence, number, flags, packet identifier, {@link DeliveryFormat}, and the message
   * where it has no number.
   */
  static final int QUEUED = 14;

  /** Session, sequence, packet identifier. */
  static final int SENT = 15;

  /** Session, sequence. */
  static final int TAKEN = 16;

  /** Session, sequence. */
  static final int SETTLED = 17;

  /** Session, packet identifier. */
  static final int RECEIVED = 18;

  /** Session, packet identifier. */
  static final int RELEASED = 19;

  /** Version, topic, {@link MessageFormat}. */
  static final int RETAINED = 20;

  /** Version, topic. */
  static final int UNRETAINED = 21;

  /** Session, sequence: none above it was told. */
  static final int SEQUENCE = 22;

  /** Number, group. */
  static final int GROUP_HAS_IT = 23;

  /** Session, first sequence, its packet identifier, how many: each as one {@link #SENT}. */
  static final int ALL_SENT = 24;

  /** Session, first sequence, how many: each as one {@link #TAKEN}. */
  static final int ALL_TAKEN = 25;

  /** Session, first sequence, how many: each as one {@link #SETTLED}. */
  static final int ALL_SETTLED = 26;

  /**
   * Format of all these records: a group has its filter in 1, in 2 a {@code GroupName}; since 3
   * there are records of many sequences.
   */
  static final int FORMAT = 3;

  private RecordType() {}
}
