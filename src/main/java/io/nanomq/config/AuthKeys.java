package io.nanomq.config;

import static io.nanomq.config.ConfKey.of;
import static io.nanomq.config.ConfType.BOOL;
import static io.nanomq.config.ConfType.LIST;
import static io.nanomq.config.ConfType.PATH;
import static io.nanomq.config.ConfType.TEXT;
import static io.nanomq.config.ConfType.duration;
import static io.nanomq.config.ConfType.integer;
import static io.nanomq.config.ConfType.words;
import static io.nanomq.config.Effect.HOT;

import java.util.ArrayList;
import java.util.List;

/** Keys of who may connect and who may do what. */
final class AuthKeys {
  private AuthKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        of(
            "allow_anonymous",
            "auth.allow_anonymous",
            BOOL,
            "true",
            HOT,
            "Whether clients without credentials are let in."));
    keys.add(
        of(
                "no_match",
                "auth.no_match",
                words("allow", "deny"),
                "allow",
                HOT,
                "What happens to an operation that no rule matches.")
            .later());
    keys.add(
        of(
                "deny_action",
                "auth.deny_action",
                words("ignore", "disconnect"),
                "ignore",
                HOT,
                "What happens to a client whose operation was denied.")
            .later());
    keys.add(
        of("", "auth.password.<name>", TEXT, null, HOT, "Password of the user of that name.")
            .asSecret());
    keys.add(of("auth.<n>.login", "", TEXT, null, HOT, "Name of user N."));
    keys.add(of("auth.<n>.password", "", TEXT, null, HOT, "Password of user N.").asSecret());
    rules(keys);
    requests(keys);
    return keys;
  }

  private static void rules(List<ConfKey> keys) {
    String rule = "auth.acl.rules.<n>.";
    keys.add(
        of("", rule + "permit", words("allow", "deny"), null, HOT, "What rule N says.").later());
    keys.add(
        of(
                "",
                rule + "action",
                words("publish", "subscribe", "pubsub"),
                "pubsub",
                HOT,
                "Operations that rule N is about.")
            .later());
    keys.add(of("", rule + "topics", LIST, null, HOT, "Filters that rule N is about.").later());
    clients(keys, rule, AclBinder.MAX_DEPTH);
  }

  private static void clients(List<ConfKey> keys, String base, int depth) {
    for (String field : List.of("username", "clientid", "ipaddr")) {
      keys.add(of("", base + field, TEXT, null, HOT, "Clients that rule N is about.").later());
    }
    if (depth > 0) {
      clients(keys, base + "and.<n>.", depth - 1);
      clients(keys, base + "or.<n>.", depth - 1);
    }
  }

  private static void requests(List<ConfKey> keys) {
    keys.add(
        of(
                "auth.http.enable",
                "auth.http_auth.enable",
                BOOL,
                null,
                HOT,
                "Whether a web server is asked; unset, on in HOCON where its section is there.")
            .later());
    for (String request : List.of("auth_req", "super_req", "acl_req")) {
      String keyValue = "auth.http." + request + ".";
      String hocon = "auth.http_auth." + request + ".";
      String what = " of " + request + ".";
      keys.add(
          of(
                  keyValue + "url",
                  hocon + "url",
                  ConfType.url("http", "https"),
                  null,
                  HOT,
                  "Address" + what)
              .later());
      keys.add(
          of(
                  keyValue + "method",
                  hocon + "method",
                  words("post", "get"),
                  "post",
                  HOT,
                  "HTTP method" + what)
              .later());
      keys.add(
          of(
                  keyValue + "headers.<name>",
                  hocon + "headers.<name>",
                  TEXT,
                  null,
                  HOT,
                  "HTTP header" + what)
              .later()
              .asSecret());
      keys.add(
          of(
                  keyValue + "params",
                  "",
                  LIST,
                  null,
                  HOT,
                  "Parameters name=value" + what + " %u user, %c client, %P password.")
              .later());
      keys.add(of("", hocon + "params.<name>", TEXT, null, HOT, "Parameter" + what).later());
      for (String file : List.of("keyfile", "certfile", "cacertfile")) {
        keys.add(of("", hocon + "tls." + file, PATH, null, HOT, "TLS file" + what).later());
        keys.add(of("", hocon + "ssl." + file, PATH, null, HOT, "TLS file" + what).later());
      }
    }
    timing(keys);
  }

  private static void timing(List<ConfKey> keys) {
    ConfType span = duration(1000, 1, Quantity.HOUR);
    keys.add(
        of(
                "auth.http.timeout",
                "auth.http_auth.timeout",
                span,
                "5s",
                HOT,
                "How long an answer may take.")
            .later());
    keys.add(
        of(
                "auth.http.connect_timeout",
                "auth.http_auth.connect_timeout",
                span,
                "5s",
                HOT,
                "How long connecting may take.")
            .later());
    keys.add(
        of(
                "auth.http.pool_size",
                "auth.http_auth.pool_size",
                integer(1, 10_000),
                "32",
                HOT,
                "Connections to the web server.")
            .later());
    keys.add(
        of(
                "auth.http.cache_ttl",
                "auth.http_auth.cache_ttl",
                duration(1000, 0, Quantity.DAY),
                "0s",
                HOT,
                "How long an answer is kept; 0 = not.")
            .later());
  }
}
