package io.nanomq.config.model;

import io.nanomq.config.key.Network;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.config.model.HttpServerConf.Cors;
import io.nanomq.config.model.HttpServerConf.Jwt;
import io.nanomq.config.model.HttpServerConf.Limits;
import io.nanomq.config.model.HttpServerConf.Shown;
import io.nanomq.config.setting.ConfValues;
import java.net.URI;
import java.util.Locale;

/** Settings to {@link SystemConf} and {@link HttpServerConf}. */
public final class SystemBinder {
  private static final int DEFAULT_PARALLEL = 32;

  private SystemBinder() {}

  public static SystemConf system(ConfValues values) {
    int parallel = values.integer("system.parallel");
    return new SystemConf(
        values.integer("system.num_taskq_thread"),
        values.integer("system.max_taskq_thread"),
        parallel == 0 ? DEFAULT_PARALLEL : parallel,
        values.bool("system.daemon"),
        values.text("system.msg_persistence"),
        values.number("system.stop_timeout"),
        values.text("system.pid_file"));
  }

  public static HttpServerConf http(ConfValues values) {
    String address = values.text("http_server.ip_addr");
    int port = values.integer("http_server.port");
    String url = values.text("http_server.url");
    // Of the address in one piece and the two in parts, the later layer counts.
    if (!url.isEmpty() && isNewer(values, "http_server.url", "http_server.port")) {
      URI uri = URI.create(url);
      address = uri.getHost() == null ? address : uri.getHost();
      port = uri.getPort() < 0 ? port : uri.getPort();
    }
    return new HttpServerConf(
        values.bool("http_server.enable"),
        address,
        port,
        values.text("http_server.username"),
        values.text("http_server.password"),
        AuthType.valueOf(values.text("http_server.auth_type").toUpperCase(Locale.ROOT)),
        new Limits(
            values.integer("http_server.limit_conn"),
            values.integer("http_server.max_connections"),
            values.integer("http_server.cpu_share")),
        jwt(values),
        tls(values),
        new Cors(
            values.list("http_server.cors.allow_origins"),
            values.bool("http_server.cors.allow_credentials"),
            values.seconds("http_server.cors.max_age")),
        values.list("http_server.trusted_proxies").stream()
            .flatMap(text -> Network.parse(text).stream())
            .toList(),
        new Shown(
            values.bool("http_server.redact_secrets"), values.bool("http_server.swagger_ui")));
  }

  private static Jwt jwt(ConfValues values) {
    return new Jwt(
        values.text("http_server.jwt.public.keyfile"),
        values.text("http_server.jwt.private.keyfile"),
        values.seconds("http_server.jwt.lifetime"));
  }

  // A certificate that is named is meant to be used: plain HTTP beside it must be asked for.
  private static TlsConf tls(ConfValues values) {
    String tls = "http_server.tls.";
    if (!values.bool(tls + "enable", values.isGiven(tls + "certfile"))) {
      return TlsConf.NONE;
    }
    return new TlsConf(
        values.text(tls + "keyfile"),
        values.text(tls + "certfile"),
        values.text(tls + "cacertfile"),
        values.text(tls + "key_password"),
        values.bool(tls + "verify_peer"),
        values.bool(tls + "fail_if_no_peer_cert"));
  }

  private static boolean isNewer(ConfValues values, String id, String than) {
    return values.origin(id).layer().compareTo(values.origin(than).layer()) >= 0;
  }
}
