/** The configuration as the HTTP API's page has it: read, and edited. */
@org.jspecify.annotations.NullMarked
package io.nanomq.api.configuration;
