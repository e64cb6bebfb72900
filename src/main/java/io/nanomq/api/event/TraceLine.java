package io.nanomq.api.event;

import io.nanomq.event.BrokerEvent;
import io.nanomq.packet.PublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one line of a trace says. */
final class TraceLine {
  /** Bytes of a payload that are shown. */
  static final int SHOWN_BYTES = 1_024;

  private TraceLine() {}

  /** What has happened, in a word. */
  static String action(BrokerEvent event) {
    return switch (event.kind()) {
      case CONNECTED -> "connect";
      case ANSWERED -> "refused";
      case DISCONNECTED -> "disconnect";
      case SUBSCRIBED -> "subscribe";
      case UNSUBSCRIBED -> "unsubscribe";
      case PUBLISHED -> "publish";
      case DELIVERED -> "deliver";
      case ACKNOWLEDGED -> "ack";
      case MESSAGE_DROPPED -> "drop";
      case ENDED -> "session_end";
      default -> event.kind().name().toLowerCase(Locale.ROOT);
    };
  }

  static Map<String, Object> of(BrokerEvent.Traced traced) {
    BrokerEvent event = traced.event();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("ts", event.atMillis());
    line.put("action", action(event));
    line.put("clientid", event.clientId());
    line.put("ipaddress", traced.address());
    topic(line, event);
    String reason = reason(event);
    if (reason != null) {
      line.put("reason", reason);
    }
    PublishMessage message = message(event);
    if (message != null) {
      message(line, message, traced.withPayload());
    }
    return line;
  }

  private static void topic(Map<String, Object> line, BrokerEvent event) {
    if (event instanceof BrokerEvent.Subscribed subscribed) {
      line.put("topic", subscribed.filter());
      line.put("qos", subscribed.qos());
    } else if (event instanceof BrokerEvent.Unsubscribed unsubscribed) {
      line.put("topic", unsubscribed.filter());
    } else if (event instanceof BrokerEvent.Denied denied) {
      line.put("topic", denied.topic());
    }
  }

  private static @Nullable String reason(BrokerEvent event) {
    if (event instanceof BrokerEvent.Answered answered) {
      return code(answered.reasonCode());
    } else if (event instanceof BrokerEvent.Disconnected gone) {
      return code(gone.reasonCode());
    } else if (event instanceof BrokerEvent.Denied denied) {
      return denied.action() + ": " + denied.reason();
    } else if (event instanceof BrokerEvent.MessageDropped dropped) {
      return dropped.reason().name().toLowerCase(Locale.ROOT);
    }
    return event instanceof BrokerEvent.Ended ended
        ? ended.why().name().toLowerCase(Locale.ROOT)
        : null;
  }

  /** As MQTT 5 numbers reasons. */
  private static String code(int reasonCode) {
    return String.format("0x%02X", reasonCode);
  }

  private static @Nullable PublishMessage message(BrokerEvent event) {
    if (event instanceof BrokerEvent.Message passed) {
      return passed.message();
    }
    return event instanceof BrokerEvent.MessageDropped dropped ? dropped.message() : null;
  }

  private static void message(
      Map<String, Object> line, PublishMessage message, boolean withPayload) {
    byte[] payload = message.payload();
    line.put("topic", message.topic().text());
    line.put("qos", message.qos());
    line.put("retain", message.retain());
    line.put("payload_bytes", payload.length);
    if (withPayload) {
      byte[] shown = Arrays.copyOf(payload, Math.min(payload.length, SHOWN_BYTES));
      line.put("payload", new String(shown, StandardCharsets.UTF_8));
    }
  }
}
