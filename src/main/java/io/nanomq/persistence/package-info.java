/** What survives the process: sessions and their messages. */
@org.jspecify.annotations.NullMarked
package io.nanomq.persistence;
