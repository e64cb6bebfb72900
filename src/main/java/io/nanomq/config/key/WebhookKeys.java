package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

import java.util.ArrayList;
import java.util.List;

/** Keys of what the broker tells others: webhooks and rules. */
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
    "on_message_acked"
  };

  private WebhookKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = webhooks();
    rules().stream().map(ConfKey::later).forEach(keys::add);
    return keys;
  }

  private static List<ConfKey> webhooks() {
    List<ConfKey> keys = new ArrayList<>(webhook());
    for (String event : EVENTS) {
      keys.add(
          of(
              ruleOf(event),
              "",
              TEXT,
              null,
              HOT,
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
        of(
            "web.hook.enable",
            "webhook.enable",
            BOOL,
            null,
            HOT,
            "Webhooks; unset, on in HOCON where the section is there and off in key=value."));
    keys.add(
        of(
            "web.hook.url",
            "webhook.url",
            ConfType.url("http", "https"),
            null,
            HOT,
            "Address that events are posted to, one by one, as JSON."));
    keys.add(
        of("web.hook.headers.<name>", "webhook.headers.<name>", TEXT, null, HOT, "HTTP header.")
            .asSecret());
    keys.add(
        of(
            "web.hook.body.encoding_of_payload_field",
            "webhook.body.encoding",
            words("plain", "base64", "base62"),
            "plain",
            HOT,
            "How payloads are written."));
    bounds(keys);
    tls(keys);
    keys.add(of("", "webhook.events.<n>.event", words(EVENTS), null, HOT, "Event that is told."));
    keys.add(
        of(
            "",
            "webhook.events.<n>.topic",
            TEXT,
            null,
            HOT,
            "Messages of this filter only; unset = all."));
    return keys;
  }

  private static void bounds(List<ConfKey> keys) {
    keys.add(
        of(
            "web.hook.pool_size",
            "webhook.pool_size",
            integer(1, 10_000),
            "32",
            HOT,
            "Connections to the web server; the events of a client go by one of them."));
    keys.add(
        of(
            "",
            "webhook.cancel_timeout",
            duration(1000, 1, Quantity.HOUR),
            "5s",
            HOT,
            "How long an answer may take."));
    keys.add(
        of(
            "web.hook.queue_len",
            "webhook.queue_len",
            integer(1, 1_000_000),
            "10000",
            HOT,
            "Events that may wait for the web server; further ones are dropped."));
    keys.add(
        of(
            "web.hook.retry",
            "webhook.retry",
            duration(1000, 1000, Quantity.HOUR),
            "60s",
            HOT,
            "How long an event is tried again, later and later, that the server does not take."));
  }

  private static void tls(List<ConfKey> keys) {
    for (String[] file :
        new String[][] {
          {"cacertfile", "cacertfile"}, {"certfile", "certfile"}, {"keyfile", "keyfile"}
        }) {
      keys.add(
          of("web.hook.ssl." + file[0], "webhook.ssl." + file[1], PATH, null, HOT, "TLS file."));
    }
    keys.add(
        of(
            "web.hook.ssl.verify",
            "webhook.ssl.verify_peer",
            BOOL,
            "true",
            HOT,
            "Whether the certificate of the web server is checked."));
    keys.add(
        of(
            "web.hook.ssl.server_name_indication",
            "",
            TEXT,
            null,
            HOT,
            "Name that it has to have; false = any."));
    keys.add(of("", "webhook.ssl.key_password", TEXT, null, HOT, "TLS key password.").asSecret());
  }

  private static List<ConfKey> rules() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(rule("rules.sqlite.path", PATH, "File of the data base."));
    keys.add(rule("rules.sqlite.rules.<n>.sql", TEXT, "Rule."));
    keys.add(rule("rules.sqlite.rules.<n>.table", TEXT, "Table that results go to."));
    String repub = "rules.repub.rules.<n>.";
    keys.add(rule(repub + "server", ConfType.url("mqtt-tcp", "tls+mqtt-tcp", ""), "Broker."));
    keys.add(rule(repub + "topic", TEXT, "Topic that results go to."));
    keys.add(rule(repub + "proto_ver", integer(3, 5), "MQTT version."));
    keys.add(rule(repub + "clientid", TEXT, "Client identifier."));
    keys.add(rule(repub + "keepalive", duration(1000, 0, 65_535_000), "Keep alive."));
    keys.add(rule(repub + "clean_start", BOOL, "Whether sessions start anew."));
    keys.add(rule(repub + "username", TEXT, "User."));
    keys.add(rule(repub + "password", TEXT, "Password.").asSecret());
    keys.add(rule(repub + "sql", TEXT, "Rule."));
    String mysql = "rules.mysql.<name>.";
    keys.add(rule(mysql + "conn.host", TEXT, "Host of the data base."));
    keys.add(rule(mysql + "conn.port", integer(1, 65_535), "Its port."));
    keys.add(rule(mysql + "conn.username", TEXT, "User."));
    keys.add(rule(mysql + "conn.password", TEXT, "Password.").asSecret());
    keys.add(rule(mysql + "conn.database", TEXT, "Data base."));
    keys.add(rule(mysql + "rules.<n>.table", TEXT, "Table that results go to."));
    keys.add(rule(mysql + "rules.<n>.sql", TEXT, "Rule."));
    return keys;
  }

  private static ConfKey rule(String path, ConfType type, String description) {
    return of("", path, type, null, HOT, description);
  }
}
