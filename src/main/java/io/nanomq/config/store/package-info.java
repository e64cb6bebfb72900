/** Where the main document is kept, and how changes of it are noticed. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.store;
