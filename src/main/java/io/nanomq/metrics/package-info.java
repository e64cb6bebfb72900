/** Counters of the loops and what is told to the outside of them. */
@org.jspecify.annotations.NullMarked
package io.nanomq.metrics;
