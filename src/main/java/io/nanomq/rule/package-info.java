/** What becomes of messages that a query finds: published anew, or written to data bases. */
@org.jspecify.annotations.NullMarked
package io.nanomq.rule;
