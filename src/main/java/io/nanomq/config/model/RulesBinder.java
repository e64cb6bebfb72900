package io.nanomq.config.model;

import io.nanomq.config.key.FormerKeys;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.model.RulesConf.Place;
import io.nanomq.config.model.RulesConf.Rule;
import io.nanomq.config.model.RulesConf.Sink;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings to {@link RulesConf}. */
final class RulesBinder {
  private static final String SQLITE = "rules.sqlite.rules.";
  private static final String REPUB = "rules.repub.rules.";
  private static final String WEB = "rules.webhook.rules.";
  private static final String FORMER = "rules.mysql.rules.";

  /** Kinds of data bases whose connections have names. */
  private static final List<String> DATABASES = List.of("mysql", "postgresql", "timescaledb");

  private static final Set<String> SWITCHED = Set.of("sqlite", "repub", "mysql");
  private static final String ANY = "rule.event.publish.<n>.sql";

  private final ConfValues values;
  private final List<Rule> rules = new ArrayList<>();
  private final Set<Integer> taken = new HashSet<>();
  private int lastId;

  private RulesBinder(ConfValues values) {
    this.values = values;
  }

  static RulesConf bind(ConfValues values) {
    RulesBinder binder = new RulesBinder(values);
    binder.takenIds();
    binder.sqlite();
    binder.repub();
    binder.web();
    binder.formerMysql();
    DATABASES.forEach(binder::databases);
    return new RulesConf(binder.rules);
  }

  /** Numbers that are written somewhere are not given to others. */
  private void takenIds() {
    values.below("rules.").stream()
        .filter(entry -> entry.key().id().endsWith(".rules.<n>.id"))
        .forEach(entry -> taken.add(Math.toIntExact((Long) entry.value())));
  }

  private int id(Place place) {
    Object given = values.value(place.section() + "id", place.names());
    if (given != null) {
      return Math.toIntExact((Long) given);
    }
    do {
      lastId++;
    } while (taken.contains(lastId));
    return lastId;
  }

  private void add(String kind, Place place, Sink sink, String target) {
    boolean isOn = isOn(kind) && values.bool(place.section() + "enable", place.names());
    String sql = values.text(place.sqlKey(), place.names());
    rules.add(
        new Rule(
            id(place),
            isOn,
            sql,
            sink,
            values.text(place.section() + target, place.names()),
            place));
  }

  /** Whether rules of a kind count at all. */
  private boolean isOn(String kind) {
    return values.text("rules.option").equals("on")
        && values.text("rule_option").equals("on")
        && !values.text("rule_option.<name>", kind).equals("disable")
        && (!SWITCHED.contains(kind) || values.bool("rules." + kind + ".enable"));
  }

  /** A rule of key=value may have its query under the number alone. */
  private Place place(String section, String... captures) {
    String own = section + "sql";
    String number = captures[captures.length - 1];
    boolean isShared =
        captures.length == 1 && !values.isGiven(own, captures) && values.isGiven(ANY, number);
    return new Place(section, isShared ? ANY : own, List.of(captures));
  }

  private void sqlite() {
    Sink sink = new Sink("sqlite", values.text("rules.sqlite.path"), "", "", "", null);
    for (String number : values.numbers(SQLITE)) {
      add("sqlite", place(SQLITE + "<n>.", number), sink, "table");
    }
  }

  private void repub() {
    for (String number : values.numbers(REPUB)) {
      Place place = place(REPUB + "<n>.", number);
      String rule = place.section();
      String username = values.text(rule + "username", number);
      String password = values.text(rule + "password", number);
      BridgeConf.Client client =
          new BridgeConf.Client(
              values.integer(rule + "proto_ver", number),
              values.text(rule + "clientid", number),
              Math.toIntExact(values.seconds(rule + "keepalive", number)),
              values.bool(rule + "clean_start", number),
              username,
              password);
      Sink sink =
          new Sink("repub", values.text(rule + "server", number), "", username, password, client);
      add("repub", place, sink, "topic");
    }
  }

  private void web() {
    for (String number : values.numbers(WEB)) {
      Place place = place(WEB + "<n>.", number);
      String url = values.text(WEB + "<n>.url", number);
      add("webhook", place, new Sink("webhook", url, "", "", "", null), "url");
    }
  }

  private void formerMysql() {
    for (String number : values.numbers(FORMER)) {
      Place place = place(FORMER + "<n>.", number);
      String rule = place.section();
      Sink sink =
          new Sink(
              "mysql",
              values.text(rule + "host", number) + ":" + values.number(rule + "port", number),
              values.text("rules.mysql.name"),
              values.text(rule + "username", number),
              values.text(rule + "password", number),
              null,
              tls(rule, number));
      add("mysql", place, sink, "table");
    }
  }

  private void databases(String kind) {
    String base = "rules." + kind + ".<name>.";
    String driver = kind.equals("timescaledb") ? "postgresql" : kind;
    for (String name : names("rules." + kind + ".")) {
      Sink sink =
          new Sink(
              driver,
              values.text(base + "conn.host", name) + ":" + values.number(base + "conn.port", name),
              values.text(base + "conn.database", name),
              values.text(base + "conn.username", name),
              values.text(base + "conn.password", name),
              null,
              tls(base + "conn.", name));
      for (String number :
          values.numbers("rules." + kind + "." + KeyMatch.quoted(name) + ".rules.")) {
        add(kind, place(base + "rules.<n>.", name, number), sink, "table");
      }
    }
  }

  private @Nullable TlsConf tls(String connection, String capture) {
    if (!values.bool(connection + "ssl.enable", capture)) {
      return null;
    }
    String authorities = values.text(connection + "ssl.cacertfile", capture);
    boolean verifies = values.bool(connection + "ssl.verify_peer", capture);
    return new TlsConf("", "", authorities, "", verifies, false);
  }

  /** Those of connections, and not what NanoMQ 0.14 had in their place. */
  private List<String> names(String path) {
    return values.names(path).stream().filter(name -> !FormerKeys.MYSQL.contains(name)).toList();
  }
}
