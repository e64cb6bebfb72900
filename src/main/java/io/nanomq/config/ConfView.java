package io.nanomq.config;

import io.nanomq.config.ListenerConf.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in the shape of {@code GET /api/v4/configuration}: every documented member in the
 * order of the page, null where unset. Reads the TLS files, so it does not belong on an event loop.
 */
public final class ConfView {
  /** What stands in the place of a secret, and means "as it is" when it comes back. */
  public static final String MASK = "******";

  private final LoadedConf loaded;
  private final ConfValues values;
  private final Path workingDirectory;
  private final boolean redact;

  private ConfView(LoadedConf loaded, Path workingDirectory, boolean redact) {
    this.loaded = loaded;
    this.values = loaded.values();
    this.workingDirectory = workingDirectory;
    this.redact = redact;
  }

  /**
   * @param workingDirectory where relative paths start
   * @return the content of {@code data}, as {@code http_server.redact_secrets} wants it
   */
  public static Map<String, @Nullable Object> of(LoadedConf loaded, Path workingDirectory) {
    boolean redact = loaded.conf().httpServer().redactSecrets();
    return new ConfView(loaded, workingDirectory, redact).data();
  }

  /** The same with its secrets, to hold a request against. */
  static Map<String, @Nullable Object> open(LoadedConf loaded, Path workingDirectory) {
    return new ConfView(loaded, workingDirectory, false).data();
  }

  private Map<String, @Nullable Object> data() {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("url", url());
    fields(data, ConfField.TOP);
    data.put("tls", tls());
    data.put("websocket", webSocket());
    Map<String, @Nullable Object> http = new LinkedHashMap<>();
    fields(http, ConfField.HTTP);
    data.put("http_server", http);
    data.put("bridge", bridge());
    return data;
  }

  private String url() {
    List<String> urls = values.list("url");
    return urls.isEmpty() ? bind(Transport.TCP) : String.join(",", urls);
  }

  private void fields(
      Map<String, @Nullable Object> into, List<ConfField> fields, String... captures) {
    for (ConfField field : fields) {
      Object value = field.toJson(values.value(field.id(), captures));
      into.put(field.name(), field.key().secret() ? secret(value) : value);
    }
  }

  private @Nullable Object secret(@Nullable Object value) {
    return redact && value != null ? MASK : value;
  }

  private Map<String, @Nullable Object> tls() {
    Map<String, @Nullable Object> tls = new LinkedHashMap<>();
    Object password = secret(values.value("listeners.ssl.key_password"));
    tls.put("enable", isOpen("ssl"));
    tls.put("url", bind(Transport.TLS));
    tls.put("key_password", password);
    tls.put("key", secret(pem("listeners.ssl.keyfile")));
    tls.put("cert", pem("listeners.ssl.certfile"));
    tls.put("cacert", pem("listeners.ssl.cacertfile"));
    fields(tls, ConfField.TLS);
    // The page's table has another name for key_password than its example.
    tls.put("keypass", password);
    return tls;
  }

  private Map<String, @Nullable Object> webSocket() {
    Map<String, @Nullable Object> webSocket = new LinkedHashMap<>();
    webSocket.put("enable", isOpen("ws"));
    webSocket.put("url", bind(Transport.WS));
    webSocket.put("tls_url", bind(Transport.WSS));
    return webSocket;
  }

  private boolean isOpen(String name) {
    return loaded.conf().listeners().stream().anyMatch(l -> l.name().equals(name));
  }

  /** The address as it was written, in NanoMQ's spelling where it was written without a scheme. */
  private String bind(Transport transport) {
    String text = values.text("listeners." + transport.section() + ".bind");
    return text.contains("://") ? text : new ListenerAddress(transport, "", 0, "").scheme() + text;
  }

  private @Nullable String pem(String id) {
    String file = values.text(id);
    if (file.isEmpty()) {
      return null;
    }
    try {
      byte[] bytes = SmallFile.read(workingDirectory.resolve(file), PemFiles.MAX_BYTES);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      return null; // not there yet; the status says so where the listener needs it
    }
  }

  private Map<String, @Nullable Object> bridge() {
    String name = bridgeName(values);
    List<BridgeConf> bridges = loaded.conf().integrations().bridges();
    BridgeConf shown =
        bridges.stream().filter(bridge -> bridge.name().equals(name)).findFirst().orElse(null);
    Map<String, @Nullable Object> bridge = new LinkedHashMap<>();
    bridge.put("bridge_mode", shown != null && shown.enable());
    fields(bridge, ConfField.BRIDGE, name);
    List<Object> forwards = new ArrayList<>();
    List<Object> subscriptions = new ArrayList<>();
    if (shown != null) {
      shown.forwards().forEach(f -> forwards.add(f.local().isEmpty() ? f.remote() : f.local()));
      shown.subscriptions().forEach(s -> subscriptions.add(subscription(s)));
    }
    bridge.put("forwards", forwards);
    bridge.put("subscription", subscriptions);
    return bridge;
  }

  private static Map<String, Object> subscription(BridgeConf.Topic topic) {
    Map<String, Object> subscription = new LinkedHashMap<>();
    subscription.put("topic", topic.remote());
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
