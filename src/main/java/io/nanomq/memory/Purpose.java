package io.nanomq.memory;

/**
 * What memory is kept for because clients ask for it, and how much of it there may be. Together
 * with what the process needs for itself these stay below 85 % of the heap, and of the memory
 * outside of it, whatever is configured.
 */
public enum Purpose {
  /** Messages that wait for clients, or that clients have not acknowledged. */
  MESSAGES(Kind.HEAP, 20),
  /** Messages on their way from one event loop to another. */
  HAND_OFF(Kind.HEAP, 3),
  /** Retained messages, with the tree that they stand in. */
  RETAINED(Kind.HEAP, 12),
  /** Subscriptions, with the tree that they stand in. */
  SUBSCRIPTIONS(Kind.HEAP, 12),
  /** Sessions: identifiers, user names, wills, packet identifiers, replays of retained messages. */
  SESSIONS(Kind.HEAP, 12),
  /** Sockets: what stands between each of them and its session. */
  CONNECTIONS(Kind.HEAP, 13),
  /** Topics with aliases, of all connections in both directions. */
  ALIASES(Kind.HEAP, 2),
  /** Topics that the loops have met lately, with who they went to. */
  TOPIC_CACHE(Kind.HEAP, 4),
  /** Events that readers of streams have not taken yet. */
  EVENTS(Kind.HEAP, 2),
  /** Packets and WebSocket frames whose rest has not come, of clients. */
  UNFINISHED(Kind.DIRECT, 25),
  /** The same of sockets that have not been let in. */
  UNFINISHED_STRANGERS(Kind.DIRECT, 6),
  /** What waits in sockets until their clients read it. */
  OUTPUT(Kind.DIRECT, 35);

  /** Where memory is. */
  public enum Kind {
    HEAP,
    DIRECT
  }

  private final Kind kind;
  private final int percent;

  /**
   * @param percent of what is left where the process has what it needs for itself
   */
  Purpose(Kind kind, int percent) {
    this.kind = kind;
    this.percent = percent;
  }

  public Kind kind() {
    return kind;
  }

  public int percent() {
    return percent;
  }
}
