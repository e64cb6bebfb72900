/** Keeps what outlives the process in a journal on disk. */
@org.jspecify.annotations.NullMarked
package io.nanomq.persistence.journal;
