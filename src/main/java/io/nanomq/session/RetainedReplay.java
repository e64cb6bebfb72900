package io.nanomq.session;

import io.nanomq.retained.RetainedCursor;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages that a subscription still has to get.
 *
 * @param cursor where the replay stands
 * @param qos granted QoS
 * @param identifiers Subscription Identifiers, null = none
 */
@SuppressWarnings("ArrayRecordComponent")
record RetainedReplay(RetainedCursor cursor, int qos, int @Nullable [] identifiers) {}
