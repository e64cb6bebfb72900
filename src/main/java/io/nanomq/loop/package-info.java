/** Event loops: what runs on which thread, when output is flushed, and coarse time. */
@org.jspecify.annotations.NullMarked
package io.nanomq.loop;
