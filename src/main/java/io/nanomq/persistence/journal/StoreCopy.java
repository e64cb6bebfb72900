package io.nanomq.persistence.journal;

import io.nanomq.journal.Snapshot;

/**
 * What a store had that was safe at one moment.
 *
 * @param snapshot the files, to be closed by whoever copies them
 * @param messages that sessions wait for, or that are to be handed over
 * @param retained retained messages
 */
public record StoreCopy(Snapshot snapshot, int sessions, int messages, int retained) {}
