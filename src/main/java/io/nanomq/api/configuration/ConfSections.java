package io.nanomq.api.configuration;

import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;

/** The sections of a configuration under NanoMQ 0.25's names, and the keys of their members. */
final class ConfSections {
  static final List<String> NAMES =
      List.of(
          "basic",
          "tls",
          "http_server",
          "websocket",
          "webhook",
          "auth",
          "auth_http",
          "sqlite",
          "bridge");

  /** The requests of {@code auth_http}, in the order of NanoMQ. */
  static final List<String> REQUESTS = List.of("auth_req", "acl_req", "super_req");

  static final String BRIDGE = "bridges.mqtt.<name>.";

  /** Of one bridge; their section is {@code bridge} and what stands below it. */
  static final List<ConfField> NODE =
      List.of(
          new ConfField("bridge", "enable", BRIDGE + "enable"),
          new ConfField("bridge", "parallel", BRIDGE + "max_parallel_processes"),
          new ConfField("bridge.connector", "server", BRIDGE + "server"),
          new ConfField("bridge.connector", "proto_ver", BRIDGE + "proto_ver"),
          new ConfField("bridge.connector", "clientid", BRIDGE + "clientid"),
          new ConfField("bridge.connector", "clean_start", BRIDGE + "clean_start"),
          new ConfField("bridge.connector", "username", BRIDGE + "username"),
          new ConfField("bridge.connector", "password", BRIDGE + "password"),
          new ConfField("bridge.connector", "keepalive", BRIDGE + "keepalive"));

  /** Of all other sections but for what {@link PatchReader} and {@link HotValues} know. */
  static final List<ConfField> FIELDS = fields();

  private ConfSections() {}

  private static List<ConfField> fields() {
    List<ConfField> fields = new ArrayList<>();
    fields.add(new ConfField("http_server", "addr", "http_server.ip_addr"));
    for (String member : List.of("enable", "url", "pool_size", "cancel_timeout")) {
      fields.add(new ConfField("webhook", member, "webhook." + member));
    }
    fields.add(new ConfField("webhook", "queue_len", "webhook.queue_len"));
    fields.add(new ConfField("webhook", "retry", "webhook.retry"));
    fields.add(new ConfField("webhook.body", "encoding", "webhook.body.encoding"));
    for (String member : List.of("enable", "timeout", "connect_timeout", "pool_size")) {
      fields.add(new ConfField("auth_http", member, "auth.http_auth." + member));
    }
    fields.add(new ConfField("auth_http", "cache_ttl", "auth.http_auth.cache_ttl"));
    for (String request : REQUESTS) {
      String key = "auth.http_auth." + request + ".";
      fields.add(new ConfField("auth_http." + request, "url", key + "url"));
      fields.add(new ConfField("auth_http." + request, "method", key + "method"));
    }
    disk(fields, "sqlite", "sqlite.");
    disk(fields, "bridge.sqlite", "bridges.mqtt.cache.");
    return List.copyOf(fields);
  }

  private static void disk(List<ConfField> fields, String section, String keys) {
    if (section.equals("sqlite")) {
      fields.add(new ConfField(section, "enable", keys + "enable"));
    }
    for (String member :
        List.of("disk_cache_size", "flush_mem_threshold", "resend_interval", "mounted_file_path")) {
      fields.add(new ConfField(section, member, keys + member));
    }
  }

  /** Whether a document asks for NanoMQ's store on disk. */
  static boolean hasSqlite(ConfValues values) {
    boolean isAsked = values.text("system.msg_persistence").equals("sqlite");
    return (isAsked || !values.names("sqlite.").isEmpty()) && values.bool("sqlite.enable");
  }

  /** The same of bridges. */
  static boolean hasSqliteOfBridges(ConfValues values) {
    boolean isThere = !values.names("bridges.mqtt.cache.").isEmpty();
    return values.bool("bridge.sqlite.enable", isThere);
  }

  /** The key of a section's headers; empty where it has none. */
  static String headers(String section) {
    if (section.equals("webhook")) {
      return "webhook.headers.<name>";
    }
    String request = section.startsWith("auth_http.") ? section.substring(10) : "";
    return REQUESTS.contains(request) ? "auth.http_auth." + request + ".headers.<name>" : "";
  }
}
