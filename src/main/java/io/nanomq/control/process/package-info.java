/** The process: what starts and stops it in order, and tells whether it lives and is ready. */
@org.jspecify.annotations.NullMarked
package io.nanomq.control.process;
