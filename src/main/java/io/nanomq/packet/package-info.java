/** Control packets and messages as values. Knows nobody else of ours. */
@org.jspecify.annotations.NullMarked
package io.nanomq.packet;
