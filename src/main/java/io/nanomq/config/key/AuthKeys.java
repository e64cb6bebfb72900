package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.LIST;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.RESTART;

import io.nanomq.config.key.value.Transport;
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
        HOT.key(
            "allow_anonymous",
            "auth.allow_anonymous",
            BOOL,
            "true",
            "Whether clients without credentials are let in."));
    keys.add(
        HOT.key("", "auth.password.<name>", TEXT, "Password of the user of that name.").asSecret());
    keys.add(
        RESTART.key(
            "auth.user_file",
            "auth.user_file",
            ConfType.USER_FILE,
            "nanomq_users.conf",
            "Users who come and go while the broker runs, in the folder of the configuration or in"
                + " the ConfigMap; written by the API, and watched. It need not exist."));
    keys.add(
        RESTART.key(
            "auth.user_store",
            "auth.user_store",
            words("file", "secrets"),
            "file",
            "Where those users are: in that file, or, where a ConfigMap has the configuration, in"
                + " Secrets with the label nanomq.io/user=true."));
    keys.add(HOT.key("auth.<n>.login", "", TEXT, "Name of user N."));
    keys.add(HOT.key("auth.<n>.password", "", TEXT, "Password of user N.").asSecret());
    keys.addAll(ChainKeys.keys());
    keys.addAll(AclKeys.keys());
    requests(keys);
    keys.add(HOT.key("auth_enable", "", BOOL, "true", "Whether the document's users count."));
    return keys;
  }

  private static void requests(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "auth.http.enable",
            "auth.http_auth.enable",
            BOOL,
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
        HOT.key(keyValue + "url", hocon + "url", ConfType.url("http", "https"), "Address" + what));
    own.add(
        HOT.key(
            keyValue + "method",
            hocon + "method",
            words("post", "get"),
            "post",
            "HTTP method" + what));
    own.add(
        HOT.key(keyValue + "headers.<name>", hocon + "headers.<name>", TEXT, "HTTP header" + what)
            .asSecret());
    own.add(HOT.key(keyValue + "params", "", LIST, "Parameters name=value" + what + " " + PLACES));
    own.add(HOT.key("", hocon + "params.<name>", TEXT, "Parameter" + what + " " + PLACES));
    for (String file : List.of("keyfile", "certfile", "cacertfile")) {
      own.add(HOT.key(keyValue + "tls." + file, hocon + "tls." + file, PATH, "TLS file" + what));
      own.add(HOT.key("", hocon + "ssl." + file, PATH, "The same as tls." + file + "."));
    }
    keys.addAll(own);
  }

  private static void timing(List<ConfKey> keys) {
    ConfType span = duration(1000, 1, Quantity.HOUR);
    keys.add(
        HOT.key(
            "auth.http.timeout",
            "auth.http_auth.timeout",
            span,
            "5s",
            "How long an answer may take; a server that keeps failing is not asked for as long."));
    keys.add(
        HOT.key(
            "auth.http.connect_timeout",
            "auth.http_auth.connect_timeout",
            span,
            "5s",
            "How long connecting may take."));
    keys.add(
        HOT.key(
            "auth.http.pool_size",
            "auth.http_auth.pool_size",
            integer(1, 10_000),
            "32",
            "Connections to the web server, for each request. So many calls are outstanding at "
                + "most, and no more than system.parallel says; others wait."));
    keys.add(
        HOT.key(
            "auth.http.cache_ttl",
            "auth.http_auth.cache_ttl",
            duration(1000, 0, Quantity.DAY),
            "0s",
            "How long an answer is kept; 0 = not."));
    keys.add(
        HOT.key(
            "auth.http.on_error",
            "auth.http_auth.on_error",
            words("deny", "ignore"),
            "deny",
            "Where the web server is away: nobody gets in, or the next link is asked, and at the "
                + "end allow_anonymous."));
  }
}
