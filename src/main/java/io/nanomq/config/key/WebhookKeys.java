package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Quantity.DAY;
import static io.nanomq.config.key.Quantity.MINUTE;
import static io.nanomq.config.key.Quantity.SECOND;

import java.util.ArrayList;
import java.util.List;

/** Keys of what the broker tells others: webhooks, topics under $SYS, streams of events. */
public final class WebhookKeys {
  public static final String[] EVENTS = {
    "on_client_connect",
    "on_client_connack",
    "on_client_connected",
    "on_client_disconnected",
    "on_client_subscribe",
    "on_client_unsubscribe",
    "on_session_subscribed",
    "on_session_unsubscribed",
    "on_session_terminated",
    "on_message_publish",
    "on_message_delivered",
    "on_message_acked",
    "on_message_dropped"
  };

  private WebhookKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = webhooks();
    keys.addAll(events());
    return keys;
  }

  private static List<ConfKey> webhooks() {
    List<ConfKey> keys = new ArrayList<>(webhook());
    for (String event : EVENTS) {
      keys.add(
          HOT.key(
              ruleOf(event),
              "",
              TEXT,
              "Tells about "
                  + event
                  + ", as JSON: {\"action\": \""
                  + event
                  + "\"}; messages only of "
                  + "the filter \"topic\", where it has one."));
    }
    return keys;
  }

  /** The key=value name of an event's rules: {@code web.hook.rule.client.connect.<n>}. */
  public static String ruleOf(String event) {
    String[] words = event.split("_", -1);
    return "web.hook.rule." + words[1] + "." + words[2] + ".<n>";
  }

  private static List<ConfKey> webhook() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        HOT.key(
            "web.hook.enable",
            "webhook.enable",
            BOOL,
            "Webhooks; unset, on in HOCON where the section is there and off in key=value."));
    keys.add(
        HOT.key(
            "web.hook.url",
            "webhook.url",
            ConfType.url("http", "https"),
            "Address that events are posted to, one by one, as JSON."));
    keys.add(
        HOT.key("web.hook.headers.<name>", "webhook.headers.<name>", TEXT, "HTTP header.")
            .asSecret());
    keys.add(
        HOT.key(
            "web.hook.body.encoding_of_payload_field",
            "webhook.body.encoding",
            words("plain", "base64", "base62"),
            "plain",
            "How payloads are written."));
    bounds(keys);
    tls(keys);
    keys.add(HOT.key("", "webhook.events.<n>.event", words(EVENTS), "Event that is told."));
    keys.add(
        HOT.key(
            "", "webhook.events.<n>.topic", TEXT, "Messages of this filter only; unset = all."));
    return keys;
  }

  private static void bounds(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "web.hook.pool_size",
            "webhook.pool_size",
            integer(1, 10_000),
            "32",
            "Connections to the web server; the events of a client go by one of them."));
    keys.add(
        HOT.key(
            "",
            "webhook.cancel_timeout",
            duration(1000, 1, Quantity.HOUR),
            "5s",
            "How long an answer may take."));
    keys.add(
        HOT.key(
            "web.hook.queue_len",
            "webhook.queue_len",
            integer(1, 1_000_000),
            "10000",
            "Events that may wait for the web server; further ones are dropped."));
    keys.add(
        HOT.key(
            "web.hook.retry",
            "webhook.retry",
            duration(1000, 1000, Quantity.HOUR),
            "60s",
            "How long an event is tried again, later and later, that the server does not take."));
  }

  private static void tls(List<ConfKey> keys) {
    for (String[] file :
        new String[][] {
          {"cacertfile", "cacertfile"}, {"certfile", "certfile"}, {"keyfile", "keyfile"}
        }) {
      keys.add(HOT.key("web.hook.ssl." + file[0], "webhook.ssl." + file[1], PATH, "TLS file."));
    }
    keys.add(
        HOT.key(
            "web.hook.ssl.verify",
            "webhook.ssl.verify_peer",
            BOOL,
            "true",
            "Whether the certificate of the web server is checked."));
    keys.add(
        HOT.key(
            "web.hook.ssl.server_name_indication",
            "",
            TEXT,
            "Name that it has to have; false = any."));
    keys.add(HOT.key("", "webhook.ssl.key_password", TEXT, "TLS key password.").asSecret());
  }

  /** Topics under $SYS, and streams of events. */
  private static List<ConfKey> events() {
    return List.of(
        HOT.key(
            "sys_topics.interval",
            duration(1000, 0, DAY),
            "60",
            "How often figures of the broker are published under $SYS/brokers/; 0 = never."),
        HOT.key(
            "sys_topics.client_events",
            BOOL,
            "true",
            "Whether clients that come and go are published under $SYS/brokers/."),
        HOT.key(
            "sys_topics.node",
            TEXT,
            "What the broker is called in the topics of its figures; unset = the host's name."),
        HOT.key(
            "http_server.max_event_streams",
            integer(0, 10_000),
            "16",
            "Streams of events (GET /events) that are served at once; 0 = none."),
        HOT.key(
            "http_server.event_buffer",
            integer(16, 1_000_000),
            "1024",
            "Events that may wait for the reader of one stream; further ones are lost."),
        HOT.key(
            "http_server.event_heartbeat",
            duration(SECOND, SECOND, MINUTE),
            "15s",
            "How often a stream of events that has nothing to tell shows that it is there; streams "
                + "that begin later follow a change."));
  }
}
