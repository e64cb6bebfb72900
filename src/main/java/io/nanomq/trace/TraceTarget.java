package io.nanomq.trace;

import io.nanomq.codec.TopicRules;
import io.nanomq.event.BrokerEvent;
import org.jspecify.annotations.Nullable;

/**
 * What is followed, and for how long.
 *
 * @param type what the value is
 * @param value a client identifier, an IP address as the broker writes it, or a topic filter
 * @param withPayload whether the reader is to see payloads
 * @param seconds after which it ends by itself, at most {@value #MOST_SECONDS}
 * @param lines after which it ends by itself, at most {@value #MOST_LINES}
 */
public record TraceTarget(Type type, String value, boolean withPayload, int seconds, int lines) {
  public static final int MOST_SECONDS = 3_600;
  public static final int MOST_LINES = 100_000;

  /** What may be followed. */
  public enum Type {
    CLIENTID,
    ADDRESS,
    TOPIC
  }

  /** The filter of the messages that it has to be shown. */
  String published() {
    return type == Type.TOPIC ? value : "#";
  }

  /**
   * Whether something belongs to it.
   *
   * @param address of the client that it happened to
   */
  boolean matches(BrokerEvent event, String address) {
    return switch (type) {
      case CLIENTID -> value.equals(event.clientId());
      case ADDRESS -> value.equals(address);
      case TOPIC -> isAbout(topic(event));
    };
  }

  /** A filter is about it where either matches the other. */
  private boolean isAbout(@Nullable String topic) {
    return topic != null && (TopicRules.matches(value, topic) || TopicRules.matches(topic, value));
  }

  private static @Nullable String topic(BrokerEvent event) {
    if (event instanceof BrokerEvent.Message passed) {
      return passed.message().topic().text();
    } else if (event instanceof BrokerEvent.MessageDropped dropped) {
      return dropped.message().topic().text();
    } else if (event instanceof BrokerEvent.Subscribed subscribed) {
      return subscribed.filter();
    } else if (event instanceof BrokerEvent.Unsubscribed unsubscribed) {
      return unsubscribed.filter();
    }
    return event instanceof BrokerEvent.Denied denied ? denied.topic() : null;
  }
}
