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

  public void drop(DropReason reason) {
    drops[reason.ordinal()]++;
  }

  public long drops(DropReason reason) {
    return drops[reason.ordinal()];
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
  }
}
