package io.nanomq.config.model;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.model.BridgeConf.Properties;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings to {@link BridgeConf}. */
public final class BridgeBinder {
  private static final String BRIDGES = "bridges.mqtt.";
  private static final String B = BRIDGES + "<name>.";

  /** What stands beside the names of bridges, the last two in NanoMQ 0.14 only. */
  private static final Set<String> NO_NAMES = Set.of("cache", "nodes", "sqlite");

  private final ConfValues values;
  private final String name;

  private BridgeBinder(ConfValues values, String name) {
    this.values = values;
    this.name = name;
  }

  static List<BridgeConf> bind(ConfValues values) {
    return names(values).stream().map(name -> new BridgeBinder(values, name).bind()).toList();
  }

  public static List<String> names(ConfValues values) {
    return values.names(BRIDGES).stream().filter(name -> !NO_NAMES.contains(name)).toList();
  }

  private BridgeConf bind() {
    List<String> servers = new ArrayList<>();
    if (!values.text(B + "server", name).isEmpty()) {
      servers.add(values.text(B + "server", name));
    }
    if (values.bool(B + "hybrid_bridging", name)) {
      servers.addAll(values.list(B + "hybrid_servers", name));
    }
    boolean isHocon = values.origin(B + "server", name).syntax() == Syntax.HOCON;
    return new BridgeConf(
        name,
        values.bool(B + "enable", isHocon, name),
        servers,
        client(),
        habits(),
        socket(),
        forwards(),
        subscriptions(),
        properties("conn_properties."),
        properties("sub_properties."),
        will());
  }

  private BridgeConf.Client client() {
    return new BridgeConf.Client(
        values.integer(B + "proto_ver", name),
        values.text(B + "clientid", name),
        (int) values.seconds(B + "keepalive", name),
        values.bool(B + "clean_start", name),
        values.text(B + "username", name),
        values.text(B + "password", name));
  }

  private BridgeConf.Habits habits() {
    return new BridgeConf.Habits(
        values.integer(B + "max_send_queue_len", name),
        values.number(B + "max_send_queue_size", name),
        values.text(B + "queue_full", name).equals("drop_oldest"),
        values.number(B + "backoff_min", name),
        values.number(B + "backoff_max", name),
        values.bool(B + "retry_qos_0", name),
        values.integer(B + "max_parallel_processes", name),
        values.number(B + "cancel_timeout", name),
        integer("max_recv_queue_len"),
        values.bool(B + "transparent", name));
  }

  /** 0 where unset. */
  private int integer(String key) {
    return values.value(B + key, name) == null ? 0 : values.integer(B + key, name);
  }

  private BridgeConf.Socket socket() {
    return new BridgeConf.Socket(values.bool(B + "ssl.enable", false, name), tls(), tcp(), proxy());
  }

  private BridgeConf.Tcp tcp() {
    return new BridgeConf.Tcp(
        values.bool(B + "tcp.nodelay", name),
        (Boolean) values.value(B + "tcp.quickack", name),
        values.bool(B + "tcp.keepalive", name),
        seconds("tcp.keepidle"),
        seconds("tcp.keepintvl"),
        integer("tcp.keepcnt"),
        values.number(B + "tcp.sendtimeo", name),
        values.number(B + "tcp.recvtimeo", name));
  }

  private int seconds(String key) {
    return values.value(B + key, name) == null ? 0 : (int) values.seconds(B + key, name);
  }

  private BridgeConf.@Nullable Proxy proxy() {
    String host = values.text(B + "proxy.host", name);
    if (host.isEmpty()) {
      return null;
    }
    boolean isHttp = values.text(B + "proxy.type", name).equals("http");
    return new BridgeConf.Proxy(
        isHttp ? BridgeConf.ProxyType.HTTP : BridgeConf.ProxyType.SOCKS5,
        host,
        values.integer(B + "proxy.port", name),
        values.text(B + "proxy.username", name),
        values.text(B + "proxy.password", name));
  }

  private TlsConf tls() {
    return new TlsConf(
        values.text(B + "ssl.keyfile", name),
        values.text(B + "ssl.certfile", name),
        values.text(B + "ssl.cacertfile", name),
        values.text(B + "ssl.key_password", name),
        values.bool(B + "ssl.verify_peer", name),
        false);
  }

  private List<BridgeConf.Topic> forwards() {
    List<BridgeConf.Topic> topics = new ArrayList<>();
    for (String filter : values.list(B + "forwards", name)) {
      topics.add(new BridgeConf.Topic("", filter, "", "", -1, -1, 0));
    }
    for (String number : values.names(BRIDGES + quoted() + ".forwards.")) {
      topics.add(topic("forwards.<n>.", number, 0));
    }
    return topics;
  }

  private List<BridgeConf.Topic> subscriptions() {
    List<BridgeConf.Topic> topics = new ArrayList<>();
    String list = "subscription.<n>.";
    for (String number : values.names(BRIDGES + quoted() + ".subscription.")) {
      long options =
          values.number(B + list + "nolocal", name, number) << 2
              | values.number(B + list + "retain_as_published", name, number) << 3
              | values.number(B + list + "retain_handling", name, number) << 4;
      topics.add(topic(list, number, (int) options));
    }
    return topics;
  }

  private BridgeConf.Topic topic(String list, String number, int options) {
    int retain = orMinusOne(values.value(B + list + "retain", name, number));
    return new BridgeConf.Topic(
        values.text(B + list + "remote_topic", name, number),
        values.text(B + list + "local_topic", name, number),
        values.text(B + list + "prefix", name, number),
        values.text(B + list + "suffix", name, number),
        orMinusOne(values.value(B + list + "qos", name, number)),
        retain == 2 ? -1 : retain,
        options);
  }

  private static int orMinusOne(@Nullable Object value) {
    return value == null ? -1 : Math.toIntExact((Long) value);
  }

  private String quoted() {
    return KeyMatch.quoted(name);
  }

  private Properties properties(String section) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> user = new LinkedHashMap<>();
    String prefix = BRIDGES + quoted() + "." + section;
    for (ConfEntry entry : values.below(prefix)) {
      String rest = entry.path().substring(prefix.length());
      if (rest.startsWith("user_property.")) {
        String name = ConfValues.firstPart(rest.substring("user_property.".length()));
        user.put(name, String.valueOf(entry.value()));
      } else if (entry.value() instanceof Long number && !rest.isEmpty()) {
        numbers.put(rest, number);
      } else if (entry.value() instanceof String text && !rest.isEmpty()) {
        texts.put(rest, text);
      }
    }
    return new Properties(numbers, texts, user);
  }

  private BridgeConf.@Nullable Will will() {
    String topic = values.text(B + "will.topic", name);
    if (topic.isEmpty()) {
      return null;
    }
    return new BridgeConf.Will(
        topic,
        values.integer(B + "will.qos", name),
        values.bool(B + "will.retain", name),
        values.text(B + "will.payload", name),
        properties("will.properties."));
  }
}
