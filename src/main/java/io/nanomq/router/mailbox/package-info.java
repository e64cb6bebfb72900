/** Messages that one loop hands over to another. */
@org.jspecify.annotations.NullMarked
package io.nanomq.router.mailbox;
