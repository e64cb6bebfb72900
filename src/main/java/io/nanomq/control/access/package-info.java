/** What administrators decide about people and clients, kept beside the configuration. */
@org.jspecify.annotations.NullMarked
package io.nanomq.control.access;
