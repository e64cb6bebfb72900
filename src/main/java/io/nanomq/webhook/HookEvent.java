package io.nanomq.webhook;

import io.nanomq.event.BrokerEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to a web server.
 *
 * @param username of the client that it happened to; null = none, or not known any more
 * @param from user name of who published the message that it is about; null as above
 */
record HookEvent(BrokerEvent event, @Nullable String username, @Nullable String from) {}
