package io.nanomq.api.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.event.BrokerEvent;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The broker's events as server-sent ones: the type as name, one line of JSON as data. */
record EventMessages(Sse sse, ObjectMapper json) {

  /** What readers pass over: it opens the stream, and keeps it from looking dead. */
  OutboundSseEvent comment() {
    return sse.newEventBuilder().comment("nanomq").build();
  }

  /** What comes before all events. */
  OutboundSseEvent begin(Map<String, Object> data) {
    return message("begin", data);
  }

  /**
   * Stands where events are missing.
   *
   * @param lost how many
   */
  OutboundSseEvent overflow(long lost) {
    return message("overflow", Map.of("lost", lost));
  }

  OutboundSseEvent of(BrokerEvent event) {
    if (event instanceof BrokerEvent.Traced traced) {
      return message(TraceLine.action(traced.event()), TraceLine.of(traced));
    } else if (event instanceof BrokerEvent.TraceEnded ended) {
      return message(
          "end", Map.of("id", ended.trace(), "reason", ended.why(), "lines", ended.lines()));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("ts", event.atMillis());
    data.put("clientid", event.clientId());
    if (event instanceof BrokerEvent.Connected connected) {
      put(data, connected.client());
      data.put("proto_ver", connected.version());
      data.put("keepalive", connected.keepAliveSeconds());
      data.put("clean_start", connected.cleanStart());
    } else if (event instanceof BrokerEvent.Disconnected gone) {
      put(data, gone.client());
      data.put("reason_code", gone.reasonCode());
    } else if (event instanceof BrokerEvent.Subscribed subscribed) {
      data.put("topic", subscribed.filter());
      data.put("qos", subscribed.qos());
    } else if (event instanceof BrokerEvent.Unsubscribed unsubscribed) {
      data.put("topic", unsubscribed.filter());
    } else if (event instanceof BrokerEvent.Denied denied) {
      put(data, denied.client());
      data.put("action", denied.action());
      data.put("topic", denied.topic());
      data.put("reason", denied.reason());
    } else if (event instanceof BrokerEvent.Bridged bridged) {
      data.put("bridge", bridged.name());
      data.put("error", bridged.error());
    } else if (event instanceof BrokerEvent.Dropped dropped) {
      data.put("reason", dropped.reason().name().toLowerCase(Locale.ROOT));
      data.put("count", dropped.count());
    }
    return message(EventFilter.nameOf(event.kind()), data);
  }

  private static void put(Map<String, Object> data, BrokerEvent.Client client) {
    String name = client.username();
    data.put("username", name == null ? "" : name);
    data.put("ipaddress", client.address());
  }

  private OutboundSseEvent message(String name, Map<String, Object> data) {
    try {
      // A media type would be written as a field that the standard does not know.
      return sse.newEventBuilder()
          .name(name)
          .data(String.class, json.writeValueAsString(data))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values can be written", e);
    }
  }
}
