/** QoS state of clients: queues, in-flight windows, wills, and who owns which session. */
@org.jspecify.annotations.NullMarked
package io.nanomq.session;
