package io.nanomq.session;

import io.nanomq.authz.LoopAccess;
import io.nanomq.config.model.MqttConf;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.persistence.SessionStore;
import io.nanomq.queue.HeldMessages;
import io.nanomq.router.FanOut;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the sessions of one loop work with.
 *
 * @param numbers numbers by which the store is to know sessions, each given once
 * @param liveConf the configuration as it is now
 * @param budgets what may be kept for clients
 * @param held what the messages cost that are kept for sessions of the loop
 * @param events where the loop tells what happens
 * @param access what clients may publish and subscribe
 */
public record SessionContext(
    LoopContext loop,
    FanOut fanOut,
    SessionStore store,
    LongSupplier numbers,
    Supplier<MqttConf> liveConf,
    MemoryBudgets budgets,
    HeldMessages held,
    LoopEvents events,
    LoopAccess access) {

  public MqttConf conf() {
    return liveConf.get();
  }

  /** Sessions that there may be. */
  int maxSessions() {
    return conf().broker().maxSessions();
  }

  /**
   * Whether the store has no room for a durable session. Who takes what waits makes room: that may
   * come, unless the disk fails, of which nobody knows when it answers.
   *
   * @param begins whether it is a new one
   */
  boolean refusesSession(boolean begins) {
    return store.isFull() && (begins || store.isBehind() || store.isFailing());
  }
}
