package io.nanomq.webhook;

import io.nanomq.event.BrokerEvent.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What NanoMQ calls the kinds of events. */
final class HookNames {
  private static final String PREFIX = "on_";
  private static final Map<Kind, String> ACTIONS = new EnumMap<>(Kind.class);

  static {
    ACTIONS.put(Kind.CONNECTING, "client_connect");
    ACTIONS.put(Kind.ANSWERED, "client_connack");
    ACTIONS.put(Kind.CONNECTED, "client_connected");
    ACTIONS.put(Kind.DISCONNECTED, "client_disconnected");
    ACTIONS.put(Kind.SUBSCRIBING, "client_subscribe");
    ACTIONS.put(Kind.UNSUBSCRIBING, "client_unsubscribe");
    ACTIONS.put(Kind.SUBSCRIBED, "session_subscribed");
    ACTIONS.put(Kind.UNSUBSCRIBED, "session_unsubscribed");
    ACTIONS.put(Kind.ENDED, "session_terminated");
    ACTIONS.put(Kind.PUBLISHED, "message_publish");
    ACTIONS.put(Kind.DELIVERED, "message_delivered");
    ACTIONS.put(Kind.ACKNOWLEDGED, "message_acked");
    ACTIONS.put(Kind.MESSAGE_DROPPED, "message_dropped");
  }

  private HookNames() {}

  /** As bodies have it. */
  static String action(Kind kind) {
    return Objects.requireNonNull(ACTIONS.get(kind), "nothing that is told");
  }

  /** The kind of {@code on_client_connect} and the like, which the table of keys has checked. */
  static Kind kind(String event) {
    return ACTIONS.entrySet().stream()
        .filter(entry -> event.equals(PREFIX + entry.getValue()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(event))
        .getKey();
  }
}
