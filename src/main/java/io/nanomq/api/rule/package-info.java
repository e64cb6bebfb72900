/** Rules: what becomes of messages that a query finds. */
@org.jspecify.annotations.NullMarked
package io.nanomq.api.rule;
