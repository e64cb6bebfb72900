/** Following one client, address or topic for a while. */
@org.jspecify.annotations.NullMarked
package io.nanomq.trace;
