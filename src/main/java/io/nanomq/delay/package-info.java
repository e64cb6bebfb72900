/** Messages that are published later: {@code $delayed/seconds/topic}. */
@org.jspecify.annotations.NullMarked
package io.nanomq.delay;
