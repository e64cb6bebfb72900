/** What one loop has told and not handed over to the journal yet, and who waits for that. */
@org.jspecify.annotations.NullMarked
package io.nanomq.persistence.journal.held;
