package io.nanomq.metrics;

/**
 * What one loop has counted since it began: plain longs that the loop alone touches. Who else wants
 * to know sends it a task, and gets a {@link CounterSnapshot}.
 */
public final class LoopCounters {
  public long connectionsAccepted;
  public long connectionsClosed;
  public long packetsReceived;
  public long publishesReceived;
  public long publishesSent;
  public long deliveriesQueued;
  private final long[] drops = new long[DropReason.values().length];
  // What was decided, not how often it was used; and what was denied, each time.
  private final long[] allowed = new long[AccessReason.values().length];
  private final long[] denied = new long[AccessReason.values().length];

  public void drop(DropReason reason) {
    drops[reason.ordinal()]++;
  }

  public long drops(DropReason reason) {
    return drops[reason.ordinal()];
  }

  /** It was decided that a client may do something; what it then does is not counted here. */
  public void allow(AccessReason reason) {
    allowed[reason.ordinal()]++;
  }

  /** A client was denied something that it did. */
  public void deny(AccessReason reason) {
    denied[reason.ordinal()]++;
  }

  long allowed(AccessReason reason) {
    return allowed[reason.ordinal()];
  }

  long denied(AccessReason reason) {
    return denied[reason.ordinal()];
  }

  /** These as a value that any thread may keep. */
  public CounterSnapshot snapshot() {
    return CounterSnapshot.of(this);
  }

  /** Adds these to {@code sum}. */
  public void addTo(LoopCounters sum) {
    sum.connectionsAccepted += connectionsAccepted;
    sum.connectionsClosed += connectionsClosed;
    sum.packetsReceived += packetsReceived;
    sum.publishesReceived += publishesReceived;
    sum.publishesSent += publishesSent;
    sum.deliveriesQueued += deliveriesQueued;
    for (int i = 0; i < drops.length; i++) {
      sum.drops[i] += drops[i];
    }
    for (int i = 0; i < denied.length; i++) {
      sum.allowed[i] += allowed[i];
      sum.denied[i] += denied[i];
    }
  }
}
