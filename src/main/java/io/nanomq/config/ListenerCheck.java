package io.nanomq.config;

import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.ListenerBinder;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether listeners get along with each other and have what TLS needs. */
public final class ListenerCheck {
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "");

  /** Further certificates of one listener; all are read anew every few seconds. */
  private static final int MAX_SNI = 1_000;

  private final NanomqConf conf;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  ListenerCheck(NanomqConf conf, ConfValues values) {
    this.conf = conf;
    this.values = values;
  }

  List<ConfProblem> problems() {
    List<ListenerConf> listeners = conf.listeners();
    for (int i = 0; i < listeners.size(); i++) {
      ListenerConf listener = listeners.get(i);
      for (int j = 0; j < i; j++) {
        ListenerConf other = listeners.get(j);
        collide(listener, other.name(), other.host(), other.port());
      }
      HttpServerConf http = conf.httpServer();
      if (http.enable()) {
        collide(listener, "http_server", http.address(), http.port());
      }
      if (listener.transport().isSecure()) {
        tls(listener);
      }
    }
    unbound();
    origins();
    return problems;
  }

  private void collide(ListenerConf listener, String other, String host, int port) {
    boolean samePort = listener.port() == port && port != 0;
    boolean sameHost =
        address(listener.host()).equals(address(host))
            || EVERYWHERE.contains(listener.host())
            || EVERYWHERE.contains(host);
    if (samePort && sameHost) {
      problems.add(
          at(
              listener,
              "has the port of another listener, " + other,
              "another port, or one of the two switched off"));
    }
  }

  /** An empty list would let the pages of all sites in, as none does. */
  private void origins() {
    for (ConfEntry entry : values.below("listeners.")) {
      if (entry.path().endsWith(".allow_origins") && List.of().equals(entry.value())) {
        problems.add(
            ConfProblem.at(
                entry.origin(), "", "lists nobody", "origins, * for all, or no such key"));
      }
    }
  }

  private static String address(String host) {
    return host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
  }

  private void tls(ListenerConf listener) {
    TlsConf tls = listener.tls();
    if (tls.certFile().isEmpty() || tls.keyFile().isEmpty()) {
      String missing = tls.certFile().isEmpty() ? "certfile" : "keyfile";
      problems.add(
          at(
              listener,
              "is a TLS listener without a " + (tls.certFile().isEmpty() ? "certificate" : "key"),
              missing + " as well"));
    }
    if (tls.verifyPeer() && tls.caCertFile().isEmpty()) {
      problems.add(
          at(listener, "verifies clients without knowing an authority", "cacertfile as well"));
    }
    if (tls.failIfNoPeerCert() && !tls.verifyPeer()) {
      failsWithoutAsking(listener);
    }
    sni(listener);
  }

  /** Whoever has no certificate would get in, which is what the document forbids. */
  private void failsWithoutAsking(ListenerConf listener) {
    String section = "listeners." + listener.transport().section() + ".";
    String key = "fail_if_no_peer_cert";
    String name = listener.name().substring(listener.name().indexOf('.') + 1);
    ConfEntry entry = values.entry(section + "<name>." + key, name);
    for (String id : List.of(section + key, "listeners.ssl." + key)) {
      entry = entry == null ? values.entry(id) : entry;
    }
    ConfProblem problem =
        ConfProblem.at(
            entry == null ? origin(listener, values) : entry.origin(),
            "true",
            "refuses nobody without verify_peer, which asks for certificates",
            "verify_peer = true as well");
    // WSS has what TLS has, and one line is told once.
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  private void sni(ListenerConf listener) {
    List<SniConf> pairs = listener.tls().sni();
    if (pairs.size() > MAX_SNI) {
      problems.add(at(listener, "has " + pairs.size() + " certificates", "at most " + MAX_SNI));
    }
    for (SniConf pair : pairs) {
      if (pair.keyFile().isEmpty()) {
        problems.add(at(listener, without(pair, "key"), "keyfile as well"));
      } else if (pair.certFile().isEmpty()) {
        problems.add(at(listener, without(pair, "certificate"), "certfile as well"));
      }
    }
  }

  private static String without(SniConf pair, String what) {
    return "has sni." + pair.number() + " without a " + what;
  }

  private void unbound() {
    for (Transport transport : Transport.values()) {
      String base = "listeners." + transport.section() + ".<name>.";
      for (String name : ListenerBinder.names(values, transport)) {
        if (!values.isGiven(base + "bind", name)) {
          problems.add(
              ConfProblem.in(
                  "listeners." + transport.section() + "." + name,
                  "has no address",
                  "bind as well"));
        }
      }
    }
  }

  private ConfProblem at(ListenerConf listener, String reason, String expected) {
    return ConfProblem.at(origin(listener, values), "", reason, expected);
  }

  /** Where the listener's address was given, else what switched it on. */
  public static ConfOrigin origin(ListenerConf listener, ConfValues values) {
    String section = "listeners." + listener.transport().section() + ".";
    String name = listener.name();
    int dot = name.indexOf('.');
    String inner = dot < 0 ? "" : name.substring(dot + 1);
    if (!inner.isEmpty() && values.isGiven(section + "<name>.bind", inner)) {
      return values.origin(section + "<name>.bind", inner);
    }
    // Where TLS is switched on in a key=value file, WSS is too.
    boolean isImplied = listener.transport() == Transport.WSS;
    String tls = isImplied ? "listeners.ssl.enable" : "url";
    for (String id : List.of(section + "bind", section + "enable", tls, "url")) {
      if (values.isGiven(id)) {
        return values.origin(id);
      }
    }
    return new ConfOrigin(Layer.DEFAULT, "default", 0, 0, "listeners." + name, Syntax.HOCON);
  }
}
