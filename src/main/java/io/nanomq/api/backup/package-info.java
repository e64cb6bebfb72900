/** Backups, as the HTTP API tells of them. */
@org.jspecify.annotations.NullMarked
package io.nanomq.api.backup;
