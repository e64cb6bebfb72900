/**
 * The configuration's face: loads, validates, tells differences and reports. Knows all its rooms.
 */
@org.jspecify.annotations.NullMarked
package io.nanomq.config;
