package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.LIST;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.RESTART;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keys of who may connect and who may do what. */
final class AuthKeys {
  static final Map<Transport, String> LISTENERS =
      Map.of(
          Transport.TCP, "tcp.auth.",
          Transport.TLS, "tls.auth.",
          Transport.WS, "websocket.auth.",
          Transport.WSS, "websocket.tls_auth.");

  private static final String PLACES =
      "%u is the user, %c the client, %P its password, %a its address, %p the port that it came "
          + "to, %r mqtt, %C and %d common name and subject of its certificate, %t the topic, %A 1 "
          + "to subscribe and 2 to publish, %m the mount point.";

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
        of("", "auth.password.<name>", TEXT, null, HOT, "Password of the user of that name.")
            .asSecret());
    keys.add(
        of(
            "auth.user_file",
            "auth.user_file",
            ConfType.USER_FILE,
            "nanomq_users.conf",
            RESTART,
            "Users who come and go while the broker runs, in the folder of the configuration or in"
                + " the ConfigMap; written by the API, and watched. It need not exist."));
    keys.add(
        of(
            "auth.user_store",
            "auth.user_store",
            words("file", "secrets"),
            "file",
            RESTART,
            "Where those users are: in that file, or, where a ConfigMap has the configuration, in"
                + " Secrets with the label nanomq.io/user=true."));
    keys.add(of("auth.<n>.login", "", TEXT, null, HOT, "Name of user N."));
    keys.add(of("auth.<n>.password", "", TEXT, null, HOT, "Password of user N.").asSecret());
    keys.addAll(ChainKeys.keys());
    keys.addAll(AclKeys.keys());
    requests(keys);
    keys.add(of("auth_enable", "", BOOL, "true", HOT, "Whether the document's users count."));
    return keys;
  }

  private static void requests(List<ConfKey> keys) {
    keys.add(
        of(
            "auth.http.enable",
            "auth.http_auth.enable",
            BOOL,
            null,
            HOT,
            "Whether a web server is asked; unset, on in HOCON where its section is there."));
    request(keys, "auth_req");
    request(keys, "super_req");
    request(keys, "acl_req");
    timing(keys);
  }

  private static void request(List<ConfKey> keys, String request) {
    String keyValue = "auth.http." + request + ".";
    String hocon = "auth.http_auth." + request + ".";
    String what = " of " + request + ".";
    List<ConfKey> own = new ArrayList<>();
    own.add(
        of(
            keyValue + "url",
            hocon + "url",
            ConfType.url("http", "https"),
            null,
            HOT,
            "Address" + what));
    own.add(
        of(
            keyValue + "method",
            hocon + "method",
            words("post", "get"),
            "post",
            HOT,
            "HTTP method" + what));
    own.add(
        of(
                keyValue + "headers.<name>",
                hocon + "headers.<name>",
                TEXT,
                null,
                HOT,
                "HTTP header" + what)
            .asSecret());
    own.add(
        of(
            keyValue + "params",
            "",
            LIST,
            null,
            HOT,
            "Parameters name=value" + what + " " + PLACES));
    own.add(of("", hocon + "params.<name>", TEXT, null, HOT, "Parameter" + what + " " + PLACES));
    for (String file : List.of("keyfile", "certfile", "cacertfile")) {
      own.add(
          of(keyValue + "tls." + file, hocon + "tls." + file, PATH, null, HOT, "TLS file" + what));
      own.add(of("", hocon + "ssl." + file, PATH, null, HOT, "The same as tls." + file + "."));
    }
    keys.addAll(own);
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
            "How long an answer may take; a server that keeps failing is not asked for as long."));
    keys.add(
        of(
            "auth.http.connect_timeout",
            "auth.http_auth.connect_timeout",
            span,
            "5s",
            HOT,
            "How long connecting may take."));
    keys.add(
        of(
            "auth.http.pool_size",
            "auth.http_auth.pool_size",
            integer(1, 10_000),
            "32",
            HOT,
            "Connections to the web server, for each request. So many calls are outstanding at "
                + "most, and no more than system.parallel says; others wait."));
    keys.add(
        of(
            "auth.http.cache_ttl",
            "auth.http_auth.cache_ttl",
            duration(1000, 0, Quantity.DAY),
            "0s",
            HOT,
            "How long an answer is kept; 0 = not."));
    keys.add(
        of(
            "auth.http.on_error",
            "auth.http_auth.on_error",
            words("deny", "ignore"),
            "deny",
            HOT,
            "Where the web server is away: nobody gets in, or the next link is asked, and at the "
                + "end allow_anonymous."));
  }
}
