/** A hash table of numbers, without an object for each. */
@org.jspecify.annotations.NullMarked
package io.nanomq.persistence.journal.table;
