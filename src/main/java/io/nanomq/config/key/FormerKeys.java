package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.SECTION;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.decimal;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.RESTART;
import static io.nanomq.config.key.Quantity.KIB;
import static io.nanomq.config.key.Quantity.MIB;
import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names that other versions of NanoMQ have or had, so that their files are read. Those that mean
 * what another key means count where that one is not given; those that keep clients out and have no
 * such key are refused.
 */
public final class FormerKeys {
  /** What stands in {@code rules.mysql} of 0.14, where later versions have names. */
  public static final Set<String> MYSQL = Set.of("name", "enable", "rules");

  /** A former name to the key that took its place, both ids. */
  public static final Map<String, String> SUCCESSORS =
      Map.ofEntries(
          entry("keepalive_backoff", "mqtt.keepalive_multiplier"),
          entry("mqtt.session.keepalive_backoff", "mqtt.keepalive_multiplier"),
          entry("mqtt.session.property_size", "mqtt.property_size"),
          entry("mqtt.session.max_packet_size", "mqtt.max_packet_size"),
          entry("mqtt.session.client_max_packet_size", "mqtt.client_max_packet_size"),
          entry("mqtt.session.msq_len", "mqtt.max_mqueue_len"),
          entry("mqtt.session.qos_duration", "mqtt.retry_interval"),
          entry("mqtt.session.allow_anonymous", "auth.allow_anonymous"),
          entry("authorization.no_match", "auth.no_match"),
          entry("authorization.deny_action", "auth.deny_action"));

  /** What stands beside the users of {@code auth.password} in the enterprise edition. */
  public static final String SWITCH = "enable";

  /** The files of those versions say 1250. */
  private static final ConfType BACKOFF = decimal(0.5, 100_000);

  private static final String BACKOFF_TEXT =
      "Former name of mqtt.keepalive_multiplier; more than 100 is thousandths.";

  private FormerKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keyValue(keys);
    session(keys);
    authorization(keys);
    sections(keys);
    switches(keys);
    keys.add(
        HOT.key(
                "",
                "http_server.parallel",
                integer(1, 1_000_000),
                "limit_conn of later versions; counts where that is not given.")
            .env(""));
    return keys;
  }

  /** Of key=value files after 0.9. */
  private static void keyValue(List<ConfKey> keys) {
    keys.add(HOT.key("keepalive_backoff", "", BACKOFF, BACKOFF_TEXT));
    keys.add(
        HOT.key("enable_ipc_internal", "", TEXT, "Accepted; there is no such server.").foreign());
    keys.add(section("rule", "Rules that go to FoundationDB, as in NanoMQ 0.8.").foreign());
    keys.add(section("aws", "Accepted as it is; not carried out.").foreign());
  }

  private static ConfKey section(String name, String description) {
    return RESTART.key(name + ".**", "", SECTION, description);
  }

  /** What 0.14 had in place of {@code mqtt}. */
  private static void session(List<ConfKey> keys) {
    String session = "mqtt.session.";
    keys.add(former(session + "property_size", size(KIB, KIB, 1, 64 * MIB)));
    keys.add(former(session + "max_packet_size", size(KIB, KIB, 1, MqttKeys.MAX_CONFIGURED)));
    keys.add(
        former(session + "client_max_packet_size", size(KIB, KIB, 1, MqttKeys.MAX_CONFIGURED)));
    keys.add(former(session + "msq_len", integer(1, 10_000_000)));
    keys.add(former(session + "qos_duration", duration(1000, 0, Quantity.DAY)));
    keys.add(hocon(session + "keepalive_backoff", BACKOFF, BACKOFF_TEXT));
    keys.add(former(session + "allow_anonymous", BOOL));
  }

  /** What 0.14 had in place of {@code auth}. */
  private static void authorization(List<ConfKey> keys) {
    String name = "authorization.";
    keys.add(former(name + "no_match", words("allow", "deny")));
    keys.add(former(name + "deny_action", words("ignore", "disconnect")));
    String kept =
        "Verdicts are kept for as long as the rules hold; those of web servers:"
            + " auth.http_auth.cache_ttl.";
    for (String member : List.of("enable", "max_size", "ttl")) {
      keys.add(hocon(name + "cache." + member, TEXT, kept).foreign());
    }
    String source = name + "sources.<n>.";
    keys.add(refused(source + "enable", BOOL, "true", "Whether source N is asked."));
    keys.add(
        HOT.key("", source + "**", SECTION, "Users, rules or web server of source N.").refused());
  }

  /** Of NanoMQ's enterprise edition, where sections of {@code auth} may be switched off. */
  private static void switches(List<ConfKey> keys) {
    keys.add(hocon("system.exchange_ipc_url", TEXT, "Exchange over IPC.").foreign());
    // Else it would be a user of that name.
    keys.add(
        HOT.key("", "auth.password." + SWITCH, BOOL, "true", "Whether the document's users count.")
            .env(""));
    for (String request : List.of("auth_req", "super_req", "acl_req")) {
      String path = "auth.http_auth." + request + ".enable";
      keys.add(HOT.key("", path, BOOL, "true", "Whether its url counts.").env(""));
    }
  }

  private static void sections(List<ConfKey> keys) {
    for (String section : List.of("webhook.rule", "bridges.mqtt.nodes", "bridges.mqtt.sqlite")) {
      keys.add(SystemKeys.section(section));
    }
  }

  // Their variables would be those of the keys that took their place.
  private static ConfKey hocon(String path, ConfType type, String description) {
    return HOT.key("", path, type, description).env("");
  }

  private static ConfKey former(String path, ConfType type) {
    return hocon(path, type, "Former name of " + SUCCESSORS.get(path) + ".");
  }

  private static ConfKey refused(String path, ConfType type, String usual, String description) {
    return HOT.key("", path, type, usual, description).env("").refused();
  }
}
