/** Makes what runs what the configuration says: start, stop, edits, and the restart in place. */
@org.jspecify.annotations.NullMarked
package io.nanomq.control;
