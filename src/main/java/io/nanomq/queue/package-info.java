/** Messages that are kept for sessions, waiting or in flight, and the memory that they take. */
@org.jspecify.annotations.NullMarked
package io.nanomq.queue;
