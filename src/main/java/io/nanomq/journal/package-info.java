/** An append-only log of records that survives the process: knows nothing of what they mean. */
@org.jspecify.annotations.NullMarked
package io.nanomq.journal;
