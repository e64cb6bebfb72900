/** The typed configuration: records, and how each is made of settings. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.model;
