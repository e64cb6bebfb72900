package io.nanomq.session;

import io.nanomq.authz.LoopAccess;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.SessionStore;

/** What acts on the sessions of one loop; used by tasks on that loop. */
public record LoopServices(
    LoopContext loop,
    LoopSessions sessions,
    Publisher publisher,
    Subscriptions subscriptions,
    SessionStore store,
    LoopEvents events,
    LoopAccess access) {}
