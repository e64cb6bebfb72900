/** Backups of the broker that runs, with its configuration. */
@org.jspecify.annotations.NullMarked
package io.nanomq.control.backup;
