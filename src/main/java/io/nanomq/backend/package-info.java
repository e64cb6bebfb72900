/** Web servers that are asked who may connect and who may do what. */
@org.jspecify.annotations.NullMarked
package io.nanomq.backend;
