package io.nanomq.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanomq.event.BrokerEvent;
import io.nanomq.packet.PublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a web server is told of an event: the members that NanoMQ documents.
 *
 * @param encoding how payloads are written: plain, base64 or base62
 */
record HookBody(String encoding) {
  private static final String UNKNOWN = "undefined";

  byte[] of(HookEvent told) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    BrokerEvent event = told.event();
    if (event instanceof BrokerEvent.Message passed) {
      message(json, told, passed.message());
    } else if (event instanceof BrokerEvent.MessageDropped dropped) {
      json.put("reason", dropped.reason().name().toLowerCase(Locale.ROOT));
      message(json, told, dropped.message());
    } else if (event instanceof BrokerEvent.Connecting connecting) {
      session(json, connecting.version(), connecting.keepAliveSeconds());
      client(json, told).put("ipaddress", connecting.client().address());
    } else if (event instanceof BrokerEvent.Answered answered) {
      session(json, answered.version(), answered.keepAliveSeconds());
      json.put("conn_ack", answered.reasonCode() == 0 ? "success" : "fail");
      client(json, told).put("ipaddress", answered.client().address());
    } else if (event instanceof BrokerEvent.Connected connected) {
      session(json, connected.version(), connected.keepAliveSeconds());
      client(json, told)
          .put("ipaddress", connected.client().address())
          .put("connected_at", event.atMillis());
    } else if (event instanceof BrokerEvent.Disconnected gone) {
      json.put("reason", gone.reasonCode() == 0 ? "normal" : "abnormal");
      client(json, told);
    } else if (event instanceof BrokerEvent.Ended ended) {
      json.put("reason", ended.why().name().toLowerCase(Locale.ROOT));
      client(json, told);
    } else {
      topic(json, told);
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void topic(ObjectNode json, HookEvent told) {
    client(json, told);
    if (told.event() instanceof BrokerEvent.Asked asked) {
      topic(json, asked.filter(), asked.kind() == BrokerEvent.Kind.SUBSCRIBING ? asked.qos() : -1);
    } else if (told.event() instanceof BrokerEvent.Subscribed subscribed) {
      topic(json, subscribed.filter(), subscribed.qos());
    } else if (told.event() instanceof BrokerEvent.Unsubscribed unsubscribed) {
      topic(json, unsubscribed.filter(), -1);
    }
  }

  private static void topic(ObjectNode json, String filter, int qos) {
    json.put("topic", filter);
    if (qos >= 0) {
      json.putObject("opts").put("qos", qos);
    }
  }

  private static void session(ObjectNode json, int version, int keepAliveSeconds) {
    json.put("proto_ver", version).put("keepalive", keepAliveSeconds);
  }

  private static ObjectNode client(ObjectNode json, HookEvent told) {
    return json.put("username", name(told.username()))
        .put("clientid", told.event().clientId())
        .put("action", HookNames.action(told.event().kind()));
  }

  private void message(ObjectNode json, HookEvent told, PublishMessage message) {
    BrokerEvent event = told.event();
    json.put("ts", event.atMillis())
        .put("topic", message.topic().text())
        .put("retain", message.retain())
        .put("qos", message.qos())
        .put("action", HookNames.action(event.kind()))
        .put("from_username", name(told.from()));
    if (event.kind() == BrokerEvent.Kind.PUBLISHED) {
      json.put("from_client_id", event.clientId());
    } else {
      json.put("from_client_id", name(message.publisher()))
          .put("clientid", event.clientId())
          .put("username", name(told.username()));
    }
    json.put("payload", payload(message.payload()));
  }

  private String payload(byte[] payload) {
    return switch (encoding) {
      case "base64" -> Base64.getEncoder().encodeToString(payload);
      case "base62" -> Base62.encode(payload);
      default -> new String(payload, StandardCharsets.UTF_8);
    };
  }

  private static String name(@Nullable String name) {
    return name == null ? UNKNOWN : name;
  }
}
