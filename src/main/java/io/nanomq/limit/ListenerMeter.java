package io.nanomq.limit;

import io.nanomq.config.model.ListenerTerms;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the clients of one listener take of it together.
 *
 * <p>Shared: counters that any thread may move; limits change as one.
 */
public final class ListenerMeter {
  private final AtomicInteger connections = new AtomicInteger();
  private final SharedTokenBucket messages = new SharedTokenBucket();
  private final SharedTokenBucket bytes = new SharedTokenBucket();
  private volatile ListenerTerms.Limits limits;
  private volatile boolean countsPackets;

  public ListenerMeter(ListenerTerms.Limits limits) {
    limits(limits);
  }

  public ListenerTerms.Limits limits() {
    return limits;
  }

  /** Whether packets count against a limit: each of them asks. */
  public boolean countsPackets() {
    return countsPackets;
  }

  public void limits(ListenerTerms.Limits other) {
    limits = other;
    countsPackets = other.countsPackets();
  }

  /** One connection more; false = there are as many as there may be, and it does not count. */
  public boolean open() {
    int most = limits.connections();
    if (connections.incrementAndGet() > most && most > 0) {
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  public void close() {
    connections.decrementAndGet();
  }

  public int connections() {
    return connections.get();
  }

  /**
   * A client has sent a packet.
   *
   * @return milliseconds that it has to wait, as all others of the listener that send something
   */
  public long take(int publishes, int packetBytes, long nowMillis) {
    ListenerTerms.Limits now = limits;
    long wait = now.messages() > 0 ? messages.take(publishes, now.messages(), nowMillis) : 0;
    return now.bytes() > 0 ? Math.max(wait, bytes.take(packetBytes, now.bytes(), nowMillis)) : wait;
  }
}
