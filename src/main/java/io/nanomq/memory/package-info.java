/** What clients may make the broker keep: a budget for each purpose, a share for each of them. */
@org.jspecify.annotations.NullMarked
package io.nanomq.memory;
