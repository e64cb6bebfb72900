/** The configuration: documents, table of keys, validation, stores. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config;
