/** Who may do what: who is let in, who may publish and subscribe what, and why. */
@org.jspecify.annotations.NullMarked
package io.nanomq.api.access;
