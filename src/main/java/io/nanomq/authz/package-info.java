/** Who may publish and subscribe what. */
@org.jspecify.annotations.NullMarked
package io.nanomq.authz;
