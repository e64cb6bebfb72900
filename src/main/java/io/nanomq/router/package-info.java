/** Who gets a message: topic tree, match cache, shared groups, fan-out over the loops. */
@org.jspecify.annotations.NullMarked
package io.nanomq.router;
