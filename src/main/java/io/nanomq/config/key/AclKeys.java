package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.FILTERS;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

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
        of(
            "no_match",
            "auth.no_match",
            words("allow", "deny"),
            "allow",
            HOT,
            "What happens to an operation that no rule matches."));
    keys.add(
        of(
            "deny_action",
            "auth.deny_action",
            words("ignore", "disconnect"),
            "ignore",
            HOT,
            "What happens to a client whose operation was denied, besides that."));
    keys.add(of("", "auth.acl.enable", BOOL, "true", HOT, "Whether auth.acl.rules count.").env(""));
    rules(keys, RULES);
    sets(keys);
    changes(keys);
    former(keys);
    return keys;
  }

  private static void rules(List<ConfKey> keys, String rule) {
    keys.add(
        of("", rule + "permit", words("allow", "deny"), null, HOT, "What rule N says, required."));
    keys.add(
        of(
            "",
            rule + "action",
            words("publish", "subscribe", "pubsub"),
            "pubsub",
            HOT,
            "Operations that rule N is about."));
    keys.add(
        of(
            "",
            rule + "topics",
            FILTERS,
            null,
            HOT,
            "Filters that rule N is about, every topic where unset; ${clientid} and %c stand for "
                + "the client's identifier, ${username} and %u for its user name."));
    clients(keys, rule, RULE_DEPTH);
  }

  /** Rules of listeners. */
  private static void sets(List<ConfKey> keys) {
    String set = "auth.acl_sets.<name>.";
    rules(keys, set + "rules.<n>.");
    keys.add(
        of(
            "acl_set.<name>.rule.<n>",
            "",
            ConfType.RULE,
            null,
            HOT,
            "Access rule N of a set that listeners may have in the place of the others, as JSON."));
    keys.add(
        of(
            "acl_set.<name>.no_match",
            set + "no_match",
            words("allow", "deny"),
            null,
            HOT,
            "no_match of that set; unset, that of all."));
    for (Transport transport : Transport.values()) {
      String hocon = "listeners." + transport.section() + ".";
      keys.add(
          of(
              AuthKeys.LISTENERS.get(transport) + "acl",
              hocon + "auth.acl",
              TEXT,
              null,
              HOT,
              "Name of the set of access rules that is asked for the listener's clients."));
      keys.add(
          of(
              "",
              hocon + "<name>.auth.acl",
              TEXT,
              null,
              HOT,
              "The same of a further listener; that of the listener above where unset."));
    }
  }

  private static void clients(List<ConfKey> keys, String base, int depth) {
    keys.add(of("", base + "username", TEXT, null, HOT, "User that rule N is about; # = all."));
    keys.add(of("", base + "clientid", TEXT, null, HOT, "Client that rule N is about; # = all."));
    keys.add(
        of("", base + "ipaddr", ConfType.PEERS, null, HOT, "Address or network of these clients."));
    if (depth > 0) {
      clients(keys, base + "and.<n>.", depth - 1);
      clients(keys, base + "or.<n>.", depth - 1);
    }
  }

  private static void changes(List<ConfKey> keys) {
    keys.add(
        of(
            "acl_revoked",
            "auth.acl.revoked",
            words("unsubscribe", "disconnect"),
            "unsubscribe",
            HOT,
            "What happens where a change of rules denies a subscription that is there: it goes, or "
                + "the client is disconnected too."));
    keys.add(
        of(
            "acl_api",
            "auth.acl.api",
            BOOL,
            "false",
            HOT,
            "Whether what the API does on behalf of a client is judged as if the client did it."));
    keys.add(
        of(
            "enable_acl_cache",
            "auth.cache.enable",
            BOOL,
            "true",
            HOT,
            "Whether a session remembers what was decided about topics."));
    keys.add(
        of(
            "acl_cache_max_size",
            "auth.cache.max_size",
            integer(1, 65_536),
            "64",
            HOT,
            "Topics of which a session remembers what was decided; rounded up to a power of two."));
    keys.add(
        of(
            "acl_cache_ttl",
            "auth.cache.ttl",
            duration(1000, 1, Quantity.DAY),
            "1m",
            HOT,
            "How long a session remembers what acl_req decided; rules hold until they change."));
  }

  /** What later key=value files of NanoMQ have. */
  private static void former(List<ConfKey> keys) {
    keys.add(
        of(
            "acl_enable",
            "",
            BOOL,
            "true",
            HOT,
            "Whether acl.rule.<n>, acl_nomatch and acl_deny_action count."));
    keys.add(
        of(
            "acl_nomatch",
            "",
            words("allow", "deny"),
            "allow",
            HOT,
            "NanoMQ's name of no_match in key=value; of both, deny counts."));
    keys.add(
        of(
            "acl_deny_action",
            "",
            words("ignore", "disconnect"),
            "ignore",
            HOT,
            "NanoMQ's name of deny_action in key=value; of both, disconnect counts."));
    keys.add(
        of(
            "acl.rule.<n>",
            "",
            ConfType.RULE,
            null,
            HOT,
            "Access rule N, as JSON with the members of auth.acl.rules.<n>; by number."));
  }
}
