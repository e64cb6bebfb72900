package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.WrittenValues;
import io.nanomq.tls.PemSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration in the shape of NanoMQ 0.25's {@code GET
 * /api/v4/configuration/{section}}, null where unset. Secrets are {@link ConfView#MASK}, whoever
 * asks. Reads the TLS files, so it does not belong on an event loop.
 */
final class SectionView {
  private final LoadedConf loaded;
  private final ConfValues values;
  private final Map<String, @Nullable Object> whole;

  private SectionView(LoadedConf loaded, Path workingDirectory, PemSource pems) {
    this.loaded = loaded;
    this.values = loaded.values();
    this.whole = ConfView.of(loaded, workingDirectory, pems, true);
  }

  /**
   * @param section one of {@link ConfSections#NAMES}
   * @return an object, or a list for {@code auth}
   */
  static Object of(String section, LoadedConf loaded, Path workingDirectory, PemSource pems) {
    var view = new SectionView(loaded, workingDirectory, pems);
    return switch (section) {
      case "basic" -> view.basic();
      case "tls" -> view.tls();
      case "http_server" -> view.http();
      case "websocket" -> view.webSocket();
      case "webhook" -> view.webhook();
      case "auth" -> view.users();
      case "auth_http" -> view.authHttp();
      case "sqlite" -> view.sqlite();
      case "bridge" -> view.bridge();
      default -> throw new IllegalArgumentException(section);
    };
  }

  private Map<String, @Nullable Object> basic() {
    Map<String, @Nullable Object> basic = new LinkedHashMap<>();
    for (String name : List.of("url", "num_taskq_thread", "max_taskq_thread", "parallel")) {
      basic.put(name, whole.get(name));
    }
    Map<String, Object> hot = HotValues.of(loaded);
    basic.put("property_size", hot.get("property_size"));
    basic.put("daemon", whole.get("daemon"));
    for (String name : HotValues.NAMES) {
      basic.put(name, hot.get(name));
    }
    basic.put("ipc_internal", false);
    return basic;
  }

  private Map<String, @Nullable Object> copyOf(String section) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (whole.get(section) instanceof Map<?, ?> members) {
      members.forEach((name, value) -> copy.put(String.valueOf(name), value));
    }
    return copy;
  }

  private Map<String, @Nullable Object> tls() {
    Map<String, @Nullable Object> tls = copyOf("tls");
    tls.remove("keypass");
    return tls;
  }

  private Map<String, @Nullable Object> http() {
    Map<String, @Nullable Object> given = copyOf("http_server");
    Map<String, @Nullable Object> http = new LinkedHashMap<>();
    http.put("enable", given.get("enable"));
    http.put("port", given.get("port"));
    fields(http, "http_server");
    given.forEach(http::putIfAbsent);
    return http;
  }

  private Map<String, @Nullable Object> webSocket() {
    Map<String, @Nullable Object> given = copyOf("websocket");
    Map<String, @Nullable Object> webSocket = new LinkedHashMap<>();
    webSocket.put("enable", given.get("enable"));
    webSocket.put(
        "tls_enable",
        loaded.conf().listeners().stream().anyMatch(each -> each.transport() == Transport.WSS));
    given.forEach(webSocket::putIfAbsent);
    return webSocket;
  }

  private Map<String, @Nullable Object> webhook() {
    WebhookConf conf = loaded.conf().integrations().webhook();
    Map<String, @Nullable Object> webhook = new LinkedHashMap<>();
    fields(webhook, "webhook");
    webhook.put("enable", conf.enable());
    webhook.put("headers", hidden(conf.headers()));
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    fields(body, "webhook.body");
    webhook.put("body", body);
    List<Object> events = new ArrayList<>();
    for (WebhookConf.Event event : conf.events()) {
      Map<String, @Nullable Object> each = new LinkedHashMap<>();
      each.put("event", event.name());
      each.put("topic", event.topic().isEmpty() ? null : event.topic());
      events.add(each);
    }
    webhook.put("events", events);
    webhook.put("tls", tls(conf.tls()));
    return new WrittenValues(values, "webhook.").object(webhook);
  }

  private List<Object> users() {
    var written = new WrittenValues(values, "auth.");
    List<Object> users = new ArrayList<>();
    for (String name : new TreeSet<>(loaded.conf().auth().users().keySet())) {
      Map<String, @Nullable Object> user = new LinkedHashMap<>();
      user.put("login", written.text(name));
      user.put("password", ConfView.MASK);
      users.add(user);
    }
    return users;
  }

  private Map<String, @Nullable Object> authHttp() {
    HttpAuthConf conf = loaded.conf().auth().http();
    Map<String, @Nullable Object> http = new LinkedHashMap<>();
    fields(http, "auth_http");
    http.put("enable", conf.enable());
    http.put("auth_req", request("auth_req", conf.authentication()));
    http.put("acl_req", request("acl_req", conf.authorization()));
    http.put("super_req", request("super_req", conf.superuser()));
    return new WrittenValues(values, "auth.http_auth.").object(http);
  }

  private Map<String, @Nullable Object> request(String name, HttpAuthConf.Request conf) {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    fields(request, "auth_http." + name);
    request.put("headers", hidden(conf.headers()));
    request.put("params", List.copyOf(conf.parameters().keySet()));
    request.put("tls", tls(conf.tls()));
    return request;
  }

  private Map<String, @Nullable Object> sqlite() {
    Map<String, @Nullable Object> sqlite = new LinkedHashMap<>();
    fields(sqlite, "sqlite");
    sqlite.put("enable", ConfSections.hasSqlite(values));
    return sqlite;
  }

  private Map<String, @Nullable Object> bridge() {
    List<Object> nodes = new ArrayList<>();
    loaded.conf().integrations().bridges().forEach(each -> nodes.add(node(each)));
    Map<String, @Nullable Object> cache = new LinkedHashMap<>();
    cache.put("enable", ConfSections.hasSqliteOfBridges(values));
    fields(cache, "bridge.sqlite");
    Map<String, @Nullable Object> bridge = new LinkedHashMap<>();
    bridge.put("nodes", nodes);
    bridge.put("sqlite", cache);
    return bridge;
  }

  private Map<String, @Nullable Object> node(BridgeConf conf) {
    Map<String, @Nullable Object> node = new LinkedHashMap<>();
    node.put("name", conf.name());
    fields(node, ConfSections.NODE, "bridge", conf.name());
    node.put("enable", conf.enable());
    Map<String, @Nullable Object> connector = new LinkedHashMap<>();
    fields(connector, ConfSections.NODE, "bridge.connector", conf.name());
    node.put("connector", connector);
    node.put("forwards", topics(conf.forwards(), false));
    node.put("subscription", topics(conf.subscriptions(), true));
    node.put("tls", tls(conf.tls()));
    return BridgeNode.written(values, conf.name()).object(node);
  }

  private static List<Object> topics(List<BridgeConf.Topic> topics, boolean withQos) {
    List<Object> all = new ArrayList<>();
    for (BridgeConf.Topic topic : topics) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("remote_topic", topic.remote().isEmpty() ? topic.local() : topic.remote());
      each.put("local_topic", topic.local().isEmpty() ? topic.remote() : topic.local());
      if (withQos) {
        each.put("qos", (long) Math.max(0, topic.qos()));
      }
      all.add(each);
    }
    return all;
  }

  /** Which files there are, as their names in the document; not what is in them. */
  private static Map<String, @Nullable Object> tls(TlsConf conf) {
    Map<String, @Nullable Object> tls = new LinkedHashMap<>();
    tls.put("enable", !conf.caCertFile().isEmpty() || !conf.certFile().isEmpty());
    tls.put("url", null);
    tls.put("key_password", conf.keyPassword().isEmpty() ? null : ConfView.MASK);
    tls.put("key", conf.keyFile().isEmpty() ? null : ConfView.MASK);
    tls.put("cert", conf.certFile().isEmpty() ? null : conf.certFile());
    tls.put("cacert", conf.caCertFile().isEmpty() ? null : conf.caCertFile());
    tls.put("verify_peer", conf.verifyPeer());
    tls.put("fail_if_no_peer_cert", conf.failIfNoPeerCert());
    return tls;
  }

  private static Map<String, Object> hidden(Map<String, String> headers) {
    Map<String, Object> hidden = new TreeMap<>();
    headers.keySet().forEach(name -> hidden.put(name, ConfView.MASK));
    return hidden;
  }

  private void fields(Map<String, @Nullable Object> into, String section) {
    fields(into, ConfSections.FIELDS, section);
  }

  private void fields(
      Map<String, @Nullable Object> into,
      List<ConfField> fields,
      String section,
      String... captures) {
    for (ConfField field : fields) {
      if (field.section().equals(section)) {
        into.put(field.name(), shown(field, captures));
      }
    }
  }

  /** As {@link ConfView} does: what names a variable or a file is answered as it stands. */
  private @Nullable Object shown(ConfField field, String... captures) {
    Object value = field.toJson(values.written(field.id(), captures));
    if (value == null || value.equals("")) {
      return null;
    }
    if (field.key().secret()) {
      return ConfView.MASK;
    }
    return value instanceof String text ? ConfProblem.withoutCredentials(text) : value;
  }
}
