/** Bridges to other brokers: each a recipient of the topic tree and a client of the other one. */
@org.jspecify.annotations.NullMarked
package io.nanomq.bridge.topic;
