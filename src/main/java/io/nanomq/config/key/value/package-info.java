/** What values of keys are made of. Knows nobody. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.key.value;
