package io.nanomq.config;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.ListElement;
import io.nanomq.config.model.BridgeBinder;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.IntegrationsConf;
import io.nanomq.config.model.LogConf;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether bridges, webhooks and the log have what they need. */
final class IntegrationCheck {
  private static final String SERVER = "bridges.mqtt.<name>.server";

  /** Each is a socket, a queue and a session somewhere else. */
  private static final int MAX_BRIDGES = 1_000;

  private final IntegrationsConf conf;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  IntegrationCheck(IntegrationsConf conf, ConfValues values) {
    this.conf = conf;
    this.values = values;
  }

  List<ConfProblem> problems() {
    bridges();
    for (BridgeConf bridge : conf.bridges()) {
      bridge.forwards().forEach(topic -> filter(local(topic), SERVER, bridge.name()));
      bridge.subscriptions().forEach(topic -> filter(topic.remote(), SERVER, bridge.name()));
    }
    problems.addAll(new BridgeLoopCheck(conf.bridges(), values).problems());
    webhook();
    log();
    return problems;
  }

  private static String local(BridgeConf.Topic forward) {
    return forward.local().isEmpty() ? forward.remote() : forward.local();
  }

  /** One that nobody can subscribe to would be left out, and what it is for with it. */
  private void filter(String filter, String id, String... captures) {
    if (!filter.isEmpty() && !ListElement.isFilter(filter)) {
      String reason = "has the topic filter " + filter + ", which is none";
      error(id, reason, "filters such as a/+/#", captures);
    }
  }

  /** What is begun has to be whole. */
  private void bridges() {
    String subscription = "bridges.mqtt.<name>.subscription.<n>.";
    if (conf.bridges().size() > MAX_BRIDGES) {
      String first = conf.bridges().get(MAX_BRIDGES).name();
      error(SERVER, "is of one bridge too many", MAX_BRIDGES + " at most", first);
    }
    for (String name : BridgeBinder.names(values)) {
      String path = "bridges.mqtt." + KeyMatch.quoted(name) + ".";
      ConfEntry entry = first(path);
      if (entry != null && !values.isGiven("bridges.mqtt.<name>.server", name)) {
        problems.add(
            ConfProblem.at(entry.origin(), "", "is part of a bridge without address", "a server"));
      }
      for (String number : values.names(path + "subscription.")) {
        if (values.text(subscription + "remote_topic", name, number).isEmpty()) {
          ConfEntry part = first(path + "subscription." + number + ".");
          problems.add(
              ConfProblem.at(
                  part == null ? ConfOrigin.DEFAULT : part.origin(),
                  "",
                  "is part of a subscription without topic",
                  "a topic as well"));
        }
      }
    }
  }

  private void webhook() {
    WebhookConf webhook = conf.webhook();
    if (webhook.enable() && webhook.url().isEmpty()) {
      error("webhook.enable", "needs an address", "a url as well");
    }
    for (WebhookConf.Event event : webhook.events()) {
      filter(event.topic(), "webhook.url");
    }
  }

  private void log() {
    LogConf log = conf.log();
    if (log.to().contains("uds") && log.socket().isEmpty()) {
      error("log.to", "has uds, which needs an address", "log.uds_addr as well");
    }
  }

  private @Nullable ConfEntry first(String prefix) {
    return values.below(prefix).stream().findFirst().orElse(null);
  }

  private void error(String id, String reason, String expected, String... captures) {
    problems.add(ConfValidator.at(values, id, reason, expected, captures));
  }
}
