package io.nanomq;

import io.nanomq.config.NanomqConf;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.persistence.SessionStores;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What of a broker's world tests stand in for.
 *
 * @param stores where durable sessions are kept
 * @param clockMillis a clock that never goes back
 * @param budgets what clients may make the broker keep
 */
public record BrokerEnvironment(
    SessionStores stores, LongSupplier clockMillis, MemoryBudgets budgets) {

  /** That of a process with this configuration. */
  static BrokerEnvironment ofProcess(NanomqConf conf) {
    return new BrokerEnvironment(
        StoreBeginning.take(conf.system().persistence()),
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        MemoryBudgets.ofProcess());
  }
}
