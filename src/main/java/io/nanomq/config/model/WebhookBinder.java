package io.nanomq.config.model;

import io.nanomq.config.key.JsonString;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings to {@link WebhookConf}. */
final class WebhookBinder {
  /** The topic of a key=value rule: {@code {"action": "on_message_publish", "topic": "a/#"}}. */
  private static final Pattern TOPIC =
      Pattern.compile("\"topic\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\")");

  private WebhookBinder() {}

  static WebhookConf bind(ConfValues values) {
    boolean inHocon = values.origin("webhook.url").syntax() == Syntax.HOCON;
    return new WebhookConf(
        values.bool("webhook.enable", inHocon),
        values.text("webhook.url"),
        values.texts("webhook.headers."),
        values.text("webhook.body.encoding"),
        values.integer("webhook.pool_size"),
        values.number("webhook.cancel_timeout"),
        events(values),
        new TlsConf(
            values.text("webhook.ssl.keyfile"),
            values.text("webhook.ssl.certfile"),
            values.text("webhook.ssl.cacertfile"),
            values.text("webhook.ssl.key_password"),
            values.bool("webhook.ssl.verify_peer"),
            false),
        values.text("web.hook.ssl.server_name_indication"),
        values.integer("webhook.queue_len"),
        values.number("webhook.retry"));
  }

  private static List<WebhookConf.Event> events(ConfValues values) {
    List<WebhookConf.Event> events = new ArrayList<>();
    for (String number : values.names("webhook.events.")) {
      String name = values.text("webhook.events.<n>.event", number);
      if (!name.isEmpty()) {
        events.add(new WebhookConf.Event(name, values.text("webhook.events.<n>.topic", number)));
      }
    }
    for (ConfEntry rule : values.below("web.hook.rule.")) {
      // Such as web.hook.rule.client.connect.<n>.
      String[] words = rule.key().id().split("\\.");
      String event = "on_" + words[3] + "_" + words[4];
      events.add(new WebhookConf.Event(event, topic((String) rule.value())));
    }
    return events;
  }

  private static String topic(String rule) {
    Matcher matcher = TOPIC.matcher(rule);
    String topic = matcher.find() ? JsonString.unquote(matcher.group(1)) : null;
    return topic == null ? "" : topic;
  }
}
