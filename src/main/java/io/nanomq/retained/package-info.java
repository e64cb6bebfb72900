/** Retained messages: stored by topic, replayed by filter, piece by piece. */
@org.jspecify.annotations.NullMarked
package io.nanomq.retained;
