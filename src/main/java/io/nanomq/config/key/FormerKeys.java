package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.SECTION;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.RESTART;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names that other versions of NanoMQ have or had, so that their files are read. None is in effect;
 * those that keep clients out are refused.
 */
public final class FormerKeys {
  /** What stands in {@code rules.mysql} of 0.14, where later versions have names. */
  public static final Set<String> MYSQL = Set.of("name", "enable", "rules");

  /** What stands beside the users of {@code auth.password} in the enterprise edition. */
  public static final String SWITCH = "enable";

  private FormerKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keyValue(keys);
    session(keys);
    authorization(keys);
    sections(keys);
    switches(keys);
    keys.add(
        of(
                "",
                "http_server.parallel",
                integer(1, 1_000_000),
                null,
                HOT,
                "limit_conn of later versions; counts where that is not given.")
            .env(""));
    return keys;
  }

  /** Of key=value files after 0.9. */
  private static void keyValue(List<ConfKey> keys) {
    keys.add(keyValue("keepalive_backoff", "Accepted; keepalive_multiplier is in effect."));
    keys.add(keyValue("enable_ipc_internal", "Accepted; there is no such server.").foreign());
    for (String name : List.of("bridge.mqtt.<name>", "bridge.sqlite", "rule")) {
      keys.add(section(name).later());
    }
    keys.add(section("aws").foreign());
  }

  private static ConfKey section(String name) {
    return of(name + ".**", "", SECTION, null, RESTART, "Accepted as it is; not carried out.");
  }

  private static ConfKey keyValue(String name, String description) {
    return of(name, "", TEXT, null, HOT, description).later();
  }

  /** What 0.14 had in place of {@code mqtt}. */
  private static void session(List<ConfKey> keys) {
    String session = "mqtt.session.";
    for (String name :
        List.of(
            "property_size",
            "max_packet_size",
            "client_max_packet_size",
            "msq_len",
            "qos_duration",
            "keepalive_backoff")) {
      keys.add(hocon(session + name, TEXT, "Accepted; mqtt { ... } is in effect."));
    }
    keys.add(
        refused(session + "allow_anonymous", BOOL, "true", "auth.allow_anonymous is in effect."));
  }

  /** What 0.14 had in place of {@code auth}. */
  private static void authorization(List<ConfKey> keys) {
    String name = "authorization.";
    String instead = "auth { ... } is what is read.";
    keys.add(refused(name + "no_match", words("allow", "deny"), "allow", instead));
    keys.add(refused(name + "deny_action", words("ignore", "disconnect"), "ignore", instead));
    for (String member : List.of("enable", "max_size", "ttl")) {
      keys.add(hocon(name + "cache." + member, TEXT, "Accepted; no verdict is kept."));
    }
    String source = name + "sources.<n>.";
    keys.add(refused(source + "enable", BOOL, "true", "Whether source N is asked."));
    keys.add(
        of("", source + "**", SECTION, null, HOT, "Users, rules or web server of source N.")
            .refused());
  }

  /** Of NanoMQ's enterprise edition, where sections of {@code auth} may be switched off. */
  private static void switches(List<ConfKey> keys) {
    keys.add(hocon("system.exchange_ipc_url", TEXT, "Exchange over IPC.").foreign());
    // Else it would be a user of that name.
    keys.add(
        of("", "auth.password." + SWITCH, BOOL, "true", HOT, "Accepted; users always count.")
            .env("")
            .later());
    for (String request : List.of("auth_req", "super_req", "acl_req")) {
      String path = "auth.http_auth." + request + ".enable";
      keys.add(of("", path, BOOL, "true", HOT, "Whether its url counts.").env(""));
    }
  }

  private static void sections(List<ConfKey> keys) {
    for (String section : List.of("webhook.rule", "bridges.mqtt.nodes", "bridges.mqtt.sqlite")) {
      keys.add(SystemKeys.section(section));
    }
  }

  // Their variables would be those of the keys that took their place.
  private static ConfKey hocon(String path, ConfType type, String description) {
    return of("", path, type, null, HOT, description).env("").later();
  }

  private static ConfKey refused(String path, ConfType type, String usual, String description) {
    return of("", path, type, usual, HOT, description).env("").refused();
  }
}
