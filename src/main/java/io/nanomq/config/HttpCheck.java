package io.nanomq.config;

import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;

/** Whether the HTTP API has what it needs, and is not more open than anybody can have meant. */
final class HttpCheck {
  /** Each is looked at for every request of a page or a proxy. */
  private static final int MAX_LISTED = 64;

  private final HttpServerConf http;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  HttpCheck(HttpServerConf http, ConfValues values) {
    this.http = http;
    this.values = values;
  }

  List<ConfProblem> problems() {
    if (http.authType() == HttpServerConf.AuthType.JWT && http.jwt().publicKeyFile().isEmpty()) {
      error("http_server.auth_type", "needs a key", "http_server.jwt.public.keyfile as well");
    }
    defaultCredentials();
    tls();
    cors();
    bounded("http_server.cors.allow_origins");
    bounded("http_server.trusted_proxies");
    return problems;
  }

  private void defaultCredentials() {
    boolean local = http.address().startsWith("127.") || http.address().equals("localhost");
    if (http.enable() && !local && http.hasDefaultCredentials()) {
      problems.add(
          at("http_server.password", "and the user name are those that everybody knows", "own ones")
              .asWarning());
    }
  }

  private void tls() {
    boolean isWanted = values.bool("http_server.tls.enable", http.isSecure());
    for (String file : isWanted ? List.of("certfile", "keyfile") : List.<String>of()) {
      if (values.text("http_server.tls." + file).isEmpty()) {
        String id =
            "http_server.tls." + (values.isGiven("http_server.tls.enable") ? "enable" : "certfile");
        error(id, "needs a " + file, "http_server.tls." + file + " as well");
      }
    }
    if (http.tls().verifyPeer() && http.tls().caCertFile().isEmpty()) {
      error(
          "http_server.tls.verify_peer",
          "verifies callers without knowing an authority",
          "http_server.tls.cacertfile as well");
    }
    if (http.tls().failIfNoPeerCert() && !http.tls().verifyPeer()) {
      error(
          "http_server.tls.fail_if_no_peer_cert",
          "refuses nobody without verify_peer, which asks for certificates",
          "http_server.tls.verify_peer = true as well");
    }
  }

  // Any page whatsoever could act with what a browser has of the operator's.
  private void cors() {
    if (http.cors().allowCredentials() && http.cors().allowOrigins().contains("*")) {
      error(
          "http_server.cors.allow_credentials",
          "would let every page use the credentials of browsers",
          "origins by name in http_server.cors.allow_origins");
    }
  }

  private void bounded(String id) {
    if (values.list(id).size() > MAX_LISTED) {
      error(id, "is too long", MAX_LISTED + " at most");
    }
  }

  private void error(String id, String reason, String expected) {
    problems.add(at(id, reason, expected));
  }

  private ConfProblem at(String id, String reason, String expected) {
    return ConfValidator.at(values, id, reason, expected);
  }
}
