package io.nanomq.api.configuration;

import io.nanomq.bridge.BridgeStatus;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.WrittenValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One bridge as NanoMQ 0.25's API shows it, and how it fares beside. Secrets are masked. */
final class BridgeNode {
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/]*@");

  private BridgeNode() {}

  /**
   * All of some bridges, as {@code data} has them.
   *
   * @param nodes what {@link #of} makes
   */
  static Map<String, Object> data(List<Map<String, @Nullable Object>> nodes) {
    // There is no such store here; the page shows it with every bridge.
    Map<String, @Nullable Object> sqlite = new LinkedHashMap<>();
    sqlite.put("enable", false);
    sqlite.put("disk_cache_size", 0);
    sqlite.put("flush_mem_threshold", 0);
    sqlite.put("resend_interval", 0);
    sqlite.put("mounted_file_path", null);
    Map<String, Object> bridge = new LinkedHashMap<>();
    bridge.put("nodes", nodes);
    bridge.put("sqlite", sqlite);
    return Map.of("bridge", bridge);
  }

  /**
   * @param values what the document says of it, which may be references
   */
  static Map<String, @Nullable Object> of(BridgeStatus status, ConfValues values) {
    BridgeConf conf = status.conf();
    WrittenValues written = written(values, conf.name());
    Map<String, @Nullable Object> node = new LinkedHashMap<>();
    node.put("name", conf.name());
    node.put("enable", conf.enable());
    node.put("parallel", conf.habits().parallel());
    node.put("connector", connector(conf, written));
    node.put("forwards", conf.forwards().stream().map(topic -> topic(topic, false)).toList());
    node.put(
        "subscription", conf.subscriptions().stream().map(topic -> topic(topic, true)).toList());
    node.put("tls", tls(conf));
    Map<String, @Nullable Object> shown = written.object(node);
    shown.put("status", status(status, written));
    return shown;
  }

  /** A bridge of a rule is not among the others. */
  static WrittenValues written(ConfValues values, String name) {
    String own = "bridges.mqtt." + KeyMatch.quoted(name) + ".";
    return new WrittenValues(values, values.below(own).isEmpty() ? "rules." : own);
  }

  private static Map<String, @Nullable Object> connector(BridgeConf conf, WrittenValues written) {
    BridgeConf.Client client = conf.client();
    Map<String, @Nullable Object> connector = new LinkedHashMap<>();
    connector.put(
        "server", conf.servers().isEmpty() ? null : masked(written.text(conf.servers().get(0))));
    connector.put("proto_ver", client.protoVer());
    connector.put("clientid", orNull(client.clientId()));
    connector.put("clean_start", client.cleanStart());
    connector.put("username", orNull(client.username()));
    connector.put("password", client.password().isEmpty() ? null : ConfView.MASK);
    connector.put("keepalive", client.keepAliveSeconds());
    return connector;
  }

  /** An address may carry a user and a password, which are of no use here. */
  static String masked(String address) {
    String shown = CREDENTIALS.matcher(address).replaceFirst("://" + ConfView.MASK + "@");
    return ConfProblem.withoutCredentials(shown);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static Map<String, Object> topic(BridgeConf.Topic topic, boolean isSubscription) {
    Map<String, Object> shown = new LinkedHashMap<>();
    boolean hasRemote = !topic.remote().isEmpty();
    shown.put("remote_topic", hasRemote ? topic.remote() : topic.local());
    shown.put("local_topic", topic.local().isEmpty() ? topic.remote() : topic.local());
    if (topic.qos() >= 0) {
      shown.put("qos", topic.qos());
    }
    if (!topic.prefix().isEmpty()) {
      shown.put("prefix", topic.prefix());
    }
    if (!topic.suffix().isEmpty()) {
      shown.put("suffix", topic.suffix());
    }
    if (topic.retain() >= 0) {
      shown.put("retain", topic.retain());
    }
    if (isSubscription) {
      shown.put("retain_as_published", topic.options() >> 3 & 1);
      shown.put("retain_handling", topic.options() >> 4 & 3);
      shown.put("nolocal", topic.options() >> 2 & 1);
    }
    return shown;
  }

  /** Keys and certificates by the names of their files, never by what is in them. */
  private static Map<String, @Nullable Object> tls(BridgeConf conf) {
    TlsConf tls = conf.tls();
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("enable", conf.encrypts());
    shown.put("key_password", tls.keyPassword().isEmpty() ? null : ConfView.MASK);
    shown.put("keyfile", orNull(tls.keyFile()));
    shown.put("certfile", orNull(tls.certFile()));
    shown.put("cacertfile", orNull(tls.caCertFile()));
    shown.put("verify_peer", tls.verifyPeer());
    return shown;
  }

  private static Map<String, @Nullable Object> status(BridgeStatus status, WrittenValues written) {
    BridgeStatus.Counts counts = status.counts();
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("state", status.state().name().toLowerCase(Locale.ROOT));
    shown.put("server", orNull(masked(written.text(status.server()))));
    shown.put("last_error", written.within(status.lastError()));
    shown.put("down_seconds", status.downSeconds());
    shown.put("queued", status.queued());
    shown.put("queued_bytes", status.queuedBytes());
    shown.put("inflight", status.inflight());
    shown.put("sent", counts.sent());
    shown.put("sent_rate", status.rates().sent());
    shown.put("received", counts.received());
    shown.put("received_rate", status.rates().received());
    shown.put("reconnects", counts.reconnects());
    shown.put("dropped", counts.dropped());
    shown.put("refused", counts.refused());
    shown.put("looped", counts.looped());
    shown.put("received_dropped", counts.receivedDropped());
    return shown;
  }

  static List<Map<String, @Nullable Object>> nodes(
      List<BridgeStatus> all, @Nullable String name, ConfValues values) {
    List<Map<String, @Nullable Object>> nodes = new ArrayList<>();
    for (BridgeStatus status : all) {
      if (name == null || status.conf().name().equals(name)) {
        nodes.add(of(status, values));
      }
    }
    return nodes;
  }
}
