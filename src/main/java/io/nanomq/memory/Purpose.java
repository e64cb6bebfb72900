package io.nanomq.memory;

/**
 * What memory is kept for because clients ask for it, and how much of it there may be. Together
 * with what the process needs for itself these stay below 85 % of the heap, and of the memory
 * outside of it, whatever is configured.
 */
public enum Purpose {
  /** Messages that wait for clients, or that clients have not acknowledged. */
  MESSAGES(Kind.HEAP, 14),
  /** Where on disk the messages stand that durable sessions wait for. */
  INDEX(Kind.HEAP, 4),
  /** Messages on their way from one event loop to another. */
  HAND_OFF(Kind.HEAP, 3),
  /** Messages that go to so many clients that they are delivered over several turns. */
  LARGE_DELIVERIES(Kind.HEAP, 2),
  /** Retained messages, with the tree that they stand in. */
  RETAINED(Kind.HEAP, 11),
  /** Subscriptions, with the tree that they stand in. */
  SUBSCRIPTIONS(Kind.HEAP, 12),
  /** SUBSCRIBEs and UNSUBSCRIBEs that take several turns, or wait for a web server. */
  FILTERS(Kind.HEAP, 1),
  /** Sessions: identifiers, user names, wills, packet identifiers, replays of retained messages. */
  SESSIONS(Kind.HEAP, 12),
  /** Sockets: what stands between each of them and its session. */
  CONNECTIONS(Kind.HEAP, 12),
  /** Messages that are published later. */
  DELAYED(Kind.HEAP, 1),
  /** Topics with aliases, of all connections in both directions. */
  ALIASES(Kind.HEAP, 2),
  /** Topics that the loops have met lately, with who they went to. */
  TOPIC_CACHE(Kind.HEAP, 4),
  /** What was decided lately about who may do what, and what back ends have said. */
  VERDICTS(Kind.HEAP, 1),
  /** Events that readers of streams have not taken yet. */
  EVENTS(Kind.HEAP, 1),
  /** What waits for web servers and data bases. */
  SINKS(Kind.HEAP, 1),
  /**
   * Packets and WebSocket frames whose rest has not come, of clients. Those who have to give way
   * for others keep theirs for a moment longer: another half.
   */
  UNFINISHED(Kind.DIRECT, 24, 36),
  /** The same of sockets that have not been let in. */
  UNFINISHED_STRANGERS(Kind.DIRECT, 5, 8),
  /** What waits in sockets until their clients read it. */
  OUTPUT(Kind.DIRECT, 35);

  /** Where memory is. */
  public enum Kind {
    HEAP,
    DIRECT
  }

  private final Kind kind;
  private final int percent;
  private final int most;

  Purpose(Kind kind, int percent) {
    this(kind, percent, percent);
  }

  /**
   * @param percent of what is left where the process has what it needs for itself
   * @param most the same, with what is kept for a moment when the bound is reached
   */
  Purpose(Kind kind, int percent, int most) {
    this.kind = kind;
    this.percent = percent;
    this.most = most;
  }

  public Kind kind() {
    return kind;
  }

  public int percent() {
    return percent;
  }

  /** What there may be for a moment, in percent. */
  public int most() {
    return most;
  }
}
