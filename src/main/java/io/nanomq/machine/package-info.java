/** Whether this machine can carry a configuration out: files and ports. */
@org.jspecify.annotations.NullMarked
package io.nanomq.machine;
