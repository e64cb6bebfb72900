package io.nanomq.config.model;

import io.nanomq.config.key.FormerKeys;
import io.nanomq.config.key.KeyTree;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings to {@link AuthConf}. */
public final class AuthBinder {
  private static final String HTTP = "auth.http_auth.";

  private AuthBinder() {}

  public static AuthConf bind(ConfValues values) {
    return new AuthConf(
        values.bool("auth.allow_anonymous"),
        users(values),
        AclBinder.conf(values),
        http(values),
        ChainBinder.bind(values));
  }

  /** HOCON's password section, then key=value's numbered pairs. */
  private static Map<String, String> users(ConfValues values) {
    if (!values.bool("auth_enable") || !values.bool("auth.password." + FormerKeys.SWITCH)) {
      return Map.of();
    }
    Map<String, String> users = new LinkedHashMap<>();
    for (String name : values.names("auth.password.")) {
      if (!name.equals(FormerKeys.SWITCH)) {
        users.put(name, values.text("auth.password.<name>", name));
      }
    }
    for (String number : numbers(values)) {
      String login = values.text("auth.<n>.login", number);
      if (!login.isEmpty()) {
        users.put(login, values.text("auth.<n>.password", number));
      }
    }
    return users;
  }

  /** Numbers of key=value's users. */
  public static List<String> numbers(ConfValues values) {
    return values.names("auth.").stream().filter(KeyTree::isNumber).toList();
  }

  private static HttpAuthConf http(ConfValues values) {
    boolean inHocon =
        Stream.of("auth_req", "super_req", "acl_req")
            .anyMatch(name -> values.origin(HTTP + name + ".url").syntax() == Syntax.HOCON);
    return new HttpAuthConf(
        values.bool(HTTP + "enable", inHocon),
        request(values, "auth_req"),
        request(values, "super_req"),
        request(values, "acl_req"),
        values.number(HTTP + "timeout"),
        values.number(HTTP + "connect_timeout"),
        values.integer(HTTP + "pool_size"),
        values.number(HTTP + "cache_ttl"),
        values.text(HTTP + "on_error").equals("ignore"));
  }

  private static HttpAuthConf.Request request(ConfValues values, String name) {
    String base = HTTP + name + ".";
    Map<String, String> parameters = values.texts(base + "params.");
    for (String pair : values.list("auth.http." + name + ".params")) {
      int equals = pair.indexOf('=');
      parameters.put(equals < 0 ? pair : pair.substring(0, equals), pair.substring(equals + 1));
    }
    return new HttpAuthConf.Request(
        values.bool(base + "enable") ? values.text(base + "url") : "",
        values.text(base + "method").equals("post"),
        values.texts(base + "headers."),
        parameters,
        new TlsConf(
            either(values, base, "keyfile"),
            either(values, base, "certfile"),
            either(values, base, "cacertfile"),
            "",
            true,
            false));
  }

  /** NanoMQ's files call the section {@code tls}, its code {@code ssl}. */
  private static String either(ConfValues values, String base, String file) {
    String tls = values.text(base + "tls." + file);
    return tls.isEmpty() ? values.text(base + "ssl." + file) : tls;
  }
}
