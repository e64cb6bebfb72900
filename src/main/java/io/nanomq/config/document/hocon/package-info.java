/** The HOCON format: bounds, includes, what may be shown, edits. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.document.hocon;
