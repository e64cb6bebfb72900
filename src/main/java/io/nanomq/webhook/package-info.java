/** Web servers that are told what happens to clients, sessions and messages. */
@org.jspecify.annotations.NullMarked
package io.nanomq.webhook;
