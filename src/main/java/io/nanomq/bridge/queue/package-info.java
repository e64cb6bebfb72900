/** What a bridge has for the other broker, and what the store is told of it. */
@org.jspecify.annotations.NullMarked
package io.nanomq.bridge.queue;
