package io.nanomq.transfer;

import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.SessionStore;
import io.nanomq.session.SessionTransfer;

/** By what the sessions of one loop are copied; used by tasks on that loop. */
public record TransferLoop(LoopContext loop, SessionStore store, SessionTransfer sessions) {}
