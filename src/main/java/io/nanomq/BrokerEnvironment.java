package io.nanomq;

import io.nanomq.memory.MemoryBudgets;
import io.nanomq.persistence.SessionStores;
import java.util.function.LongSupplier;

/**
 * What of a broker's world tests stand in for.
 *
 * @param stores where durable sessions are kept
 * @param clockMillis a clock that never goes back
 * @param budgets what clients may make the broker keep
 */
public record BrokerEnvironment(
    SessionStores stores, LongSupplier clockMillis, MemoryBudgets budgets) {}
