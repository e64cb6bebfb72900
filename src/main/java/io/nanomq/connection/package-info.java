/** One socket: the switch on packet type, a handler per packet, and what is written. */
@org.jspecify.annotations.NullMarked
package io.nanomq.connection;
