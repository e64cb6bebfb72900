/** Which brokers a message has come over. */
@org.jspecify.annotations.NullMarked
package io.nanomq.bridge.path;
