/** Packets as clients write and read them, which is what a bridge is to another broker. */
@org.jspecify.annotations.NullMarked
package io.nanomq.codec.client;
