/**
 * What stands between a topic in a client's packet and the real one: aliases, mount points,
 * rewrites.
 */
@org.jspecify.annotations.NullMarked
package io.nanomq.connection.topic;
