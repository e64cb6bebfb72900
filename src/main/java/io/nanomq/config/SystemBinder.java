package io.nanomq.config;

import io.nanomq.config.HttpServerConf.AuthType;
import java.net.URI;
import java.util.Locale;

/** Settings to {@link SystemConf} and {@link HttpServerConf}. */
final class SystemBinder {
  private static final int DEFAULT_PARALLEL = 32;

  private SystemBinder() {}

  static SystemConf system(ConfValues values) {
    int parallel = values.integer("system.parallel");
    return new SystemConf(
        values.integer("system.num_taskq_thread"),
        values.integer("system.max_taskq_thread"),
        parallel == 0 ? DEFAULT_PARALLEL : parallel,
        values.bool("system.daemon"),
        values.text("system.msg_persistence"),
        values.number("system.stop_timeout"));
  }

  static HttpServerConf http(ConfValues values) {
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
        values.integer("http_server.limit_conn"),
        values.text("http_server.jwt.public.keyfile"),
        values.text("http_server.jwt.private.keyfile"),
        values.bool("http_server.redact_secrets"));
  }

  private static boolean isNewer(ConfValues values, String id, String than) {
    return values.origin(id).layer().compareTo(values.origin(than).layer()) >= 0;
  }
}
