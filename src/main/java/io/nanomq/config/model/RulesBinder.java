package io.nanomq.config.model;

import io.nanomq.config.key.FormerKeys;
import io.nanomq.config.model.RulesConf.Rule;
import io.nanomq.config.model.RulesConf.Sink;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings to {@link RulesConf}. */
final class RulesBinder {
  private static final String SQLITE = "rules.sqlite.rules.";
  private static final String REPUB = "rules.repub.rules.";
  private static final String MYSQL = "rules.mysql.";

  private final ConfValues values;
  private final List<Rule> rules = new ArrayList<>();

  private RulesBinder(ConfValues values) {
    this.values = values;
  }

  static RulesConf bind(ConfValues values) {
    RulesBinder binder = new RulesBinder(values);
    binder.sqlite();
    binder.repub();
    binder.mysql();
    return new RulesConf(binder.rules);
  }

  private void sqlite() {
    Sink sink = new Sink("sqlite", values.text("rules.sqlite.path"), "", "", "", null);
    for (String number : values.names(SQLITE)) {
      rules.add(
          new Rule(
              values.text(SQLITE + "<n>.sql", number),
              sink,
              values.text(SQLITE + "<n>.table", number)));
    }
  }

  private void repub() {
    String rule = REPUB + "<n>.";
    for (String number : values.names(REPUB)) {
      String username = values.text(rule + "username", number);
      String password = values.text(rule + "password", number);
      BridgeConf.Client client =
          new BridgeConf.Client(
              or(values.value(rule + "proto_ver", number), 4),
              values.text(rule + "clientid", number),
              or(values.value(rule + "keepalive", number), 60_000) / 1000,
              values.bool(rule + "clean_start", true, number),
              username,
              password);
      Sink sink =
          new Sink("repub", values.text(rule + "server", number), "", username, password, client);
      rules.add(
          new Rule(values.text(rule + "sql", number), sink, values.text(rule + "topic", number)));
    }
  }

  private static int or(@Nullable Object value, int otherwise) {
    return value == null ? otherwise : Math.toIntExact((Long) value);
  }

  /** Those of connections, and not what NanoMQ 0.14 had in their place. */
  private List<String> names() {
    return values.names(MYSQL).stream().filter(name -> !FormerKeys.MYSQL.contains(name)).toList();
  }

  private void mysql() {
    String base = MYSQL + "<name>.";
    for (String name : names()) {
      int port = or(values.value(base + "conn.port", name), 3306);
      Sink sink =
          new Sink(
              "mysql",
              values.text(base + "conn.host", name) + ":" + port,
              values.text(base + "conn.database", name),
              values.text(base + "conn.username", name),
              values.text(base + "conn.password", name),
              null);
      for (String number : values.names(MYSQL + name + ".rules.")) {
        rules.add(
            new Rule(
                values.text(base + "rules.<n>.sql", name, number),
                sink,
                values.text(base + "rules.<n>.table", name, number)));
      }
    }
  }
}
