/** Where connections of the broker to others may go. */
@org.jspecify.annotations.NullMarked
package io.nanomq.outgoing;
