package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of rules: what becomes of messages that a query finds. A change touches that rule only. */
public final class RuleKeys {
  /** Kinds of data bases whose connections have names. */
  public static final List<String> DATABASES = List.of("mysql", "postgresql", "timescaledb");

  /** Highest number that a rule may have. */
  public static final int MAX_ID = 1_000_000;

  private static final String QUERY =
      "What is looked for, and what is made of it: SELECT topic, payload FROM \"a/#\" WHERE qos > 0"
          + " (see rules.md).";
  private static final String TABLE =
      "Table that results go to, made where it is not there; a column for each name of SELECT.";

  private final List<ConfKey> keys = new ArrayList<>();

  private RuleKeys() {}

  static List<ConfKey> keys() {
    RuleKeys rules = new RuleKeys();
    rules.switches();
    rules.sqlite();
    rules.repub();
    rules.web();
    rules.formerMysql();
    DATABASES.forEach(rules::database);
    return rules.keys;
  }

  private void add(
      String keyValue, String hocon, ConfType type, @Nullable String value, String description) {
    keys.add(HOT.key(keyValue, hocon, type, value, description));
  }

  private void switches() {
    add("", "rules.option", words("on", "off"), "on", "Whether there are any rules.");
    add("rule_option", "", words("on", "off"), "on", "Whether there are any rules.");
    add(
        "rule_option.<name>",
        "",
        words("enable", "disable"),
        null,
        "Whether there are any rules of a kind: sqlite, repub or mysql.");
    for (String kind : List.of("sqlite", "repub", "mysql")) {
      add("", "rules." + kind + ".enable", BOOL, "true", "Whether there are any of these rules.");
    }
    add("rule.event.publish.<n>.sql", "", TEXT, null, "Query of rule N, of whatever kind it is.");
  }

  /** What every rule has. */
  private void rule(String keyValue, String hocon) {
    String event = keyValue.replace("<n>.", "event.publish.<n>.");
    add(event.isEmpty() ? "" : event + "sql", hocon + "sql", TEXT, null, QUERY);
    String enable = keyValue.isEmpty() ? "" : keyValue + "enable";
    add(enable, hocon + "enable", BOOL, "true", "Whether rule N is in force.");
    add(
        keyValue.isEmpty() ? "" : keyValue + "id",
        hocon + "id",
        integer(1, MAX_ID),
        null,
        "Number that the API knows the rule by; unset = the next one that no rule has.");
  }

  private void sqlite() {
    add("rule.sqlite.path", "rules.sqlite.path", PATH, null, "File of the data base.");
    keys.add(keys.remove(keys.size() - 1).env("NANOMQ_RULES_SQLITE_PATH"));
    rule("rule.sqlite.<n>.", "rules.sqlite.rules.<n>.");
    add("rule.sqlite.<n>.table", "rules.sqlite.rules.<n>.table", TEXT, null, TABLE);
  }

  private void repub() {
    String keyValue = "rule.repub.<n>.";
    String hocon = "rules.repub.rules.<n>.";
    rule(keyValue, hocon);
    add(
        keyValue + "address",
        hocon + "server",
        ConfType.url("mqtt-tcp", "tls+mqtt-tcp", ""),
        null,
        "Broker that results are published on; unset, or a port of this one on localhost, = here.");
    add(
        keyValue + "topic",
        hocon + "topic",
        ConfType.TOPIC,
        null,
        "Topic of results; ${name} stands for a column, or a field of the message.");
    both(keyValue, hocon, "proto_ver", integer(3, 5), "4", "MQTT version there: 3, 4 or 5.");
    both(keyValue, hocon, "clientid", TEXT, null, "Client identifier there; unset = a random one.");
    both(keyValue, hocon, "keepalive", duration(1000, 0, 65_535_000), "60s", "Keep alive there.");
    both(keyValue, hocon, "clean_start", BOOL, "true", "Whether sessions there start anew.");
    both(keyValue, hocon, "username", TEXT, null, "User there.");
    keys.add(HOT.key(keyValue + "password", hocon + "password", TEXT, "Its password.").asSecret());
  }

  private void both(
      String keyValue,
      String hocon,
      String name,
      ConfType type,
      @Nullable String value,
      String description) {
    add(keyValue + name, hocon + name, type, value, description);
  }

  private void web() {
    rule("rule.webhook.<n>.", "rules.webhook.rules.<n>.");
    add(
        "rule.webhook.<n>.url",
        "rules.webhook.rules.<n>.url",
        ConfType.url("http", "https"),
        null,
        "Web server that results are posted to, as JSON.");
  }

  /** Of key=value files, and of HOCON before 0.19: a connection in each rule. */
  private void formerMysql() {
    String keyValue = "rule.mysql.<n>.";
    String hocon = "rules.mysql.rules.<n>.";
    add("rule.mysql.name", "rules.mysql.name", TEXT, "mysql_rule_db", "Name of the data base.");
    rule(keyValue, hocon);
    both(keyValue, hocon, "table", TEXT, null, TABLE);
    both(keyValue, hocon, "host", TEXT, "localhost", "Host of the data base.");
    both(keyValue, hocon, "port", integer(1, 65_535), "3306", "Its port.");
    both(keyValue, hocon, "username", TEXT, null, "User there.");
    keys.add(HOT.key(keyValue + "password", hocon + "password", TEXT, "Its password.").asSecret());
  }

  private void database(String kind) {
    String base = "rules." + kind + ".<name>.";
    String port = kind.equals("mysql") ? "3306" : "5432";
    add("", base + "conn.host", TEXT, "localhost", "Host of the data base.");
    add("", base + "conn.port", integer(1, 65_535), port, "Its port.");
    add("", base + "conn.username", TEXT, null, "User there.");
    keys.add(HOT.key("", base + "conn.password", TEXT, "Its password.").asSecret());
    add("", base + "conn.database", TEXT, null, "Name of the data base.");
    rule("", base + "rules.<n>.");
    add("", base + "rules.<n>.table", TEXT, null, TABLE);
  }
}
