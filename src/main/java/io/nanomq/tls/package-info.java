/** Keys and certificates in PEM: read, judged, kept. */
@org.jspecify.annotations.NullMarked
package io.nanomq.tls;
