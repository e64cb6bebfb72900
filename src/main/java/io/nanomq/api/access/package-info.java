/** Who may publish and subscribe what, and why. */
@org.jspecify.annotations.NullMarked
package io.nanomq.api.access;
