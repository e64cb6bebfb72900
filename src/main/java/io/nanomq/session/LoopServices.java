package io.nanomq.session;

import io.nanomq.authz.LoopAccess;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.SessionStore;
import java.util.function.LongSupplier;

/**
 * What acts on the sessions of one loop; used by tasks on that loop.
 *
 * @param numbers numbers by which the store is to know sessions, each given once
 */
public record LoopServices(
    LoopContext loop,
    LoopSessions sessions,
    Publisher publisher,
    Subscriptions subscriptions,
    SessionStore store,
    LongSupplier numbers,
    LoopEvents events,
    LoopAccess access) {}
