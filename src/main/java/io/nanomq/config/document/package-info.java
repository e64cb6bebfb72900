/** Texts of the configuration and their edits; the key=value format. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.document;
