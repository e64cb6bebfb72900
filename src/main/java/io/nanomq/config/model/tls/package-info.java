/** Settings of TLS: of listeners and of outgoing calls. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.model.tls;
