/** Bytes to packets and back. Knows {@code packet} and nobody else of ours. */
@org.jspecify.annotations.NullMarked
package io.nanomq.codec;
