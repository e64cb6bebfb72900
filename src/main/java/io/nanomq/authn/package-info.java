/** Who may connect. */
@org.jspecify.annotations.NullMarked
package io.nanomq.authn;
