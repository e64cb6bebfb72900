/** The one table of keys: names, types, defaults and effects. Knows nobody of ours. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.key;
