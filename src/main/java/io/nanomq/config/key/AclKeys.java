package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.FILTERS;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

import io.nanomq.config.key.value.Transport;
import java.util.ArrayList;
import java.util.List;

/** Keys of who may publish and subscribe what. */
final class AclKeys {
  /** How deep {@code and} and {@code or} may stand in each other; deeper is an unknown key. */
  private static final int RULE_DEPTH = 2;

  private static final String RULES = "auth.acl.rules.<n>.";

  private AclKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        HOT.key(
            "no_match",
            "auth.no_match",
            words("allow", "deny"),
            "allow",
            "What happens to an operation that no rule matches."));
    keys.add(
        HOT.key(
            "deny_action",
            "auth.deny_action",
            words("ignore", "disconnect"),
            "ignore",
            "What happens to a client whose operation was denied, besides that."));
    keys.add(HOT.key("", "auth.acl.enable", BOOL, "true", "Whether auth.acl.rules count.").env(""));
    rules(keys, RULES);
    sets(keys);
    changes(keys);
    former(keys);
    return keys;
  }

  private static void rules(List<ConfKey> keys, String rule) {
    keys.add(HOT.key("", rule + "permit", words("allow", "deny"), "What rule N says, required."));
    keys.add(
        HOT.key(
            "",
            rule + "action",
            words("publish", "subscribe", "pubsub"),
            "pubsub",
            "Operations that rule N is about."));
    keys.add(
        HOT.key(
            "",
            rule + "topics",
            FILTERS,
            "Filters that rule N is about, every topic where unset; ${clientid} and %c stand for "
                + "the client's identifier, ${username} and %u for its user name."));
    clients(keys, rule, RULE_DEPTH);
  }

  /** Rules of listeners. */
  private static void sets(List<ConfKey> keys) {
    String set = "auth.acl_sets.<name>.";
    rules(keys, set + "rules.<n>.");
    keys.add(
        HOT.key(
            "acl_set.<name>.rule.<n>",
            "",
            ConfType.RULE,
            "Access rule N of a set that listeners may have in the place of the others, as JSON."));
    keys.add(
        HOT.key(
            "acl_set.<name>.no_match",
            set + "no_match",
            words("allow", "deny"),
            "no_match of that set; unset, that of all."));
    for (Transport transport : Transport.values()) {
      String hocon = "listeners." + transport.section() + ".";
      keys.add(
          HOT.key(
              AuthKeys.LISTENERS.get(transport) + "acl",
              hocon + "auth.acl",
              TEXT,
              "Name of the set of access rules that is asked for the listener's clients."));
      keys.add(
          HOT.key(
              "",
              hocon + "<name>.auth.acl",
              TEXT,
              "The same of a further listener; that of the listener above where unset."));
    }
  }

  private static void clients(List<ConfKey> keys, String base, int depth) {
    keys.add(HOT.key("", base + "username", TEXT, "User that rule N is about; # = all."));
    keys.add(HOT.key("", base + "clientid", TEXT, "Client that rule N is about; # = all."));
    keys.add(HOT.key("", base + "ipaddr", ConfType.PEERS, "Address or network of these clients."));
    if (depth > 0) {
      clients(keys, base + "and.<n>.", depth - 1);
      clients(keys, base + "or.<n>.", depth - 1);
    }
  }

  private static void changes(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "acl_revoked",
            "auth.acl.revoked",
            words("unsubscribe", "disconnect"),
            "unsubscribe",
            "What happens where a change of rules denies a subscription that is there: it goes, or "
                + "the client is disconnected too."));
    keys.add(
        HOT.key(
            "acl_api",
            "auth.acl.api",
            BOOL,
            "false",
            "Whether what the API does on behalf of a client is judged as if the client did it."));
    keys.add(
        HOT.key(
            "enable_acl_cache",
            "auth.cache.enable",
            BOOL,
            "true",
            "Whether a session remembers what was decided about topics."));
    keys.add(
        HOT.key(
            "acl_cache_max_size",
            "auth.cache.max_size",
            integer(1, 65_536),
            "64",
            "Topics of which a session remembers what was decided; rounded up to a power of two."));
    keys.add(
        HOT.key(
            "acl_cache_ttl",
            "auth.cache.ttl",
            duration(1000, 1, Quantity.DAY),
            "1m",
            "How long a session remembers what acl_req decided; rules hold until they change."));
  }

  /** What later key=value files of NanoMQ have. */
  private static void former(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "acl_enable",
            "",
            BOOL,
            "true",
            "Whether acl.rule.<n>, acl_nomatch and acl_deny_action count."));
    keys.add(
        HOT.key(
            "acl_nomatch",
            "",
            words("allow", "deny"),
            "allow",
            "NanoMQ's name of no_match in key=value; of both, deny counts."));
    keys.add(
        HOT.key(
            "acl_deny_action",
            "",
            words("ignore", "disconnect"),
            "ignore",
            "NanoMQ's name of deny_action in key=value; of both, disconnect counts."));
    keys.add(
        HOT.key(
            "acl.rule.<n>",
            "",
            ConfType.RULE,
            "Access rule N, as JSON with the members of auth.acl.rules.<n>; by number."));
  }
}
