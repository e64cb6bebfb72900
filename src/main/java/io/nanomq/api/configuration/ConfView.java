package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.value.ListenerAddress;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.BridgeBinder;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.ListenerBinder;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.SystemConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.WrittenValues;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PemStore.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in the shape of {@code GET /api/v4/configuration}: every documented member in the
 * order of the page, null where unset. Reads the TLS files, so it does not belong on an event loop.
 */
public final class ConfView {
  /** What stands in the place of a secret, and means "as it is" when it comes back. */
  public static final String MASK = "******";

  static final List<String> THREADS = List.of("num_taskq_thread", "max_taskq_thread");

  private final LoadedConf loaded;
  private final ConfValues values;
  private final Path workingDirectory;
  private final PemSource pems;
  private final boolean redact;

  private ConfView(LoadedConf loaded, Path workingDirectory, PemSource pems, boolean redact) {
    this.loaded = loaded;
    this.values = loaded.values();
    this.workingDirectory = workingDirectory;
    this.pems = pems;
    this.redact = redact;
  }

  /**
   * @param workingDirectory where relative paths start
   * @param pems what keys and certificates are read from
   * @return the content of {@code data}, as {@code http_server.redact_secrets} wants it
   */
  public static Map<String, @Nullable Object> of(
      LoadedConf loaded, Path workingDirectory, PemSource pems) {
    return of(loaded, workingDirectory, pems, loaded.conf().httpServer().shown().redactSecrets());
  }

  /**
   * @param redact whether the caller must not see secrets
   */
  static Map<String, @Nullable Object> of(
      LoadedConf loaded, Path workingDirectory, PemSource pems, boolean redact) {
    return new ConfView(loaded, workingDirectory, pems, redact).data();
  }

  private Map<String, @Nullable Object> data() {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("url", url());
    fields(data, ConfField.TOP);
    automatic(data);
    data.put("tls", tls());
    data.put("websocket", webSocket());
    Map<String, @Nullable Object> http = new LinkedHashMap<>();
    fields(http, ConfField.HTTP);
    data.put("http_server", http);
    data.put("bridge", bridge());
    return data;
  }

  /** What 0 stands for here, since NanoMQ answers the numbers that it uses. */
  private void automatic(Map<String, @Nullable Object> data) {
    SystemConf system = loaded.conf().system();
    // Also where max_taskq_thread keeps it from being what was asked for.
    if (data.get(THREADS.get(0)) instanceof Number) {
      data.put(THREADS.get(0), (long) system.loops());
    }
    data.replace(THREADS.get(1), 0L, (long) system.loops());
    data.replace("parallel", 0L, (long) system.parallel());
  }

  private String url() {
    if (values.written("url") instanceof String reference) {
      return reference;
    }
    List<String> urls = values.list("url");
    if (urls.isEmpty()) {
      urls = binds(Transport.TCP);
    }
    return urls.isEmpty() ? bind(Transport.TCP) : String.join(",", urls);
  }

  /**
   * What names a variable or a file is answered as it stands, a number's text too: whoever may edit
   * the configuration could read any file by it otherwise.
   */
  private void fields(
      Map<String, @Nullable Object> into, List<ConfField> fields, String... captures) {
    for (ConfField field : fields) {
      Object value = shown(field.toJson(values.written(field.id(), captures)));
      into.put(field.name(), field.key().secret() ? secret(value) : value);
    }
  }

  private @Nullable Object shown(@Nullable Object value) {
    return redact && value instanceof String text ? ConfProblem.withoutCredentials(text) : value;
  }

  private String text(String id, String... captures) {
    return Objects.requireNonNullElse((String) values.written(id, captures), "");
  }

  private @Nullable Object secret(@Nullable Object value) {
    return redact && value != null ? MASK : value;
  }

  private Map<String, @Nullable Object> tls() {
    Map<String, @Nullable Object> tls = new LinkedHashMap<>();
    Object password = secret(values.written("listeners.ssl.key_password"));
    tls.put("enable", isOpen(Transport.TLS));
    tls.put("url", bind(Transport.TLS));
    tls.put("key_password", password);
    PemView files = new PemView(loaded, workingDirectory, pems);
    tls.put("key", secret(files.key()));
    tls.put("cert", files.certificates(Part.CERTIFICATE));
    tls.put("cacert", files.certificates(Part.AUTHORITIES));
    fields(tls, ConfField.TLS);
    // The page's table has another name for key_password than its example.
    tls.put("keypass", password);
    return tls;
  }

  private Map<String, @Nullable Object> webSocket() {
    Map<String, @Nullable Object> webSocket = new LinkedHashMap<>();
    webSocket.put("enable", isOpen(Transport.WS));
    webSocket.put("url", bind(Transport.WS));
    webSocket.put("tls_url", bind(Transport.WSS));
    return webSocket;
  }

  private boolean isOpen(Transport transport) {
    return loaded.conf().listeners().stream().anyMatch(l -> l.transport() == transport);
  }

  /** The addresses of the listeners that are open, but for those of {@code url}. */
  private List<String> binds(Transport transport) {
    List<String> binds = new ArrayList<>();
    for (ListenerConf listener : loaded.conf().listeners()) {
      if (listener.transport() == transport) {
        binds.add(withScheme(transport, address(listener)));
      }
    }
    return binds;
  }

  /** As it was written, in its own setting or in {@code url}. */
  private String address(ListenerConf listener) {
    String inner = ListenerBinder.innerName(listener);
    String[] captures = inner.isEmpty() ? new String[0] : new String[] {inner};
    String section = "listeners." + listener.transport().section() + ".";
    String id = section + (inner.isEmpty() ? "bind" : "<name>.bind");
    var bound =
        new ListenerAddress(
            listener.transport(), listener.host(), listener.port(), listener.path());
    if (bound.isAt(values.text(id, captures))) {
      return text(id, captures);
    }
    return values.written("url") instanceof String url ? url : bound.bind();
  }

  /** The address as it was written, in NanoMQ's spelling where it was written without a scheme. */
  private String bind(Transport transport) {
    List<String> open = binds(transport);
    return open.isEmpty() || values.isGiven("listeners." + transport.section() + ".bind")
        ? withScheme(transport, text("listeners." + transport.section() + ".bind"))
        : open.get(0);
  }

  private static String withScheme(Transport transport, String text) {
    return text.contains("://") ? text : new ListenerAddress(transport, "", 0, "").scheme() + text;
  }

  private Map<String, @Nullable Object> bridge() {
    String name = bridgeName(values);
    BridgeConf shown = loaded.conf().integrations().bridge(name).orElse(null);
    Map<String, @Nullable Object> bridge = new LinkedHashMap<>();
    bridge.put("bridge_mode", shown != null && shown.enable());
    fields(bridge, ConfField.BRIDGE, name);
    List<Object> forwards = new ArrayList<>();
    List<Object> subscriptions = new ArrayList<>();
    if (shown != null) {
      WrittenValues written = BridgeNode.written(values, name);
      for (BridgeConf.Topic topic : shown.forwards()) {
        String text = topic.local().isEmpty() ? topic.remote() : topic.local();
        forwards.add(written.text(text));
      }
      for (BridgeConf.Topic topic : shown.subscriptions()) {
        subscriptions.add(subscription(topic, written));
      }
    }
    bridge.put("forwards", forwards);
    bridge.put("subscription", subscriptions);
    return bridge;
  }

  private static Map<String, Object> subscription(BridgeConf.Topic topic, WrittenValues written) {
    Map<String, Object> subscription = new LinkedHashMap<>();
    subscription.put("topic", written.text(topic.remote()));
    subscription.put("qos", (long) Math.max(0, topic.qos()));
    return subscription;
  }

  /** The API knows one bridge: that of the key=value format, else the first one. */
  static String bridgeName(ConfValues values) {
    List<String> names = BridgeBinder.names(values);
    return names.isEmpty() || names.contains(KeyMatch.ONLY_BRIDGE)
        ? KeyMatch.ONLY_BRIDGE
        : names.get(0);
  }

  /**
   * Every given value, for the status: key, value, where it was written, whether it is in effect.
   * Secrets are masked.
   */
  public static List<Map<String, Object>> origins(LoadedConf loaded) {
    List<Map<String, Object>> origins = new ArrayList<>();
    for (ConfEntry entry : loaded.values().given().values()) {
      Map<String, Object> origin = new LinkedHashMap<>();
      origin.put("key", entry.path());
      origin.put("value", ConfProblem.shown(entry.key(), entry.raw()));
      origin.put("layer", entry.origin().layer().name().toLowerCase(Locale.ROOT));
      origin.put("source", entry.origin().where());
      origin.put("effect", entry.key().effect().name().toLowerCase(Locale.ROOT));
      origin.put("in_effect", entry.key().inEffect());
      origins.add(origin);
    }
    return origins;
  }
}
