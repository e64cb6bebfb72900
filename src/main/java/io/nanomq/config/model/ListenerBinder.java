package io.nanomq.config.model;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.ListenerAddress;
import io.nanomq.config.key.value.Network;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Settings to listeners. Each transport has a listener of its own name ({@code tcp}, {@code ssl},
 * {@code ws}, {@code wss}) and any number of named ones; {@code url} can stand for all of them.
 */
public final class ListenerBinder {
  /** Whether the WebSocket listener opens when no document says a word about it. */
  static final boolean WEBSOCKET_BY_DEFAULT = true;

  private static final String DEFAULT_PATH = "/mqtt";
  private static final String ORIGINS = "allow_origins";
  private static final String MOUNT_POINT = "mountpoint";
  private static final Set<String> OWN_SETTINGS =
      Set.of(
          "enable",
          "bind",
          "key_password",
          "keyfile",
          "certfile",
          "cacertfile",
          "verify_peer",
          "fail_if_no_peer_cert",
          "sni",
          "auth",
          "limits",
          "proxy",
          MOUNT_POINT,
          ORIGINS);

  private final ConfValues values;
  private final List<ListenerConf> listeners = new ArrayList<>();

  private ListenerBinder(ConfValues values) {
    this.values = values;
  }

  public static List<ListenerConf> bind(ConfValues values) {
    ListenerBinder binder = new ListenerBinder(values);
    List<ListenerAddress> urls = values.list("url").stream().map(ListenerBinder::parse).toList();
    for (Transport transport : Transport.values()) {
      binder.own(transport, urls);
      binder.named(transport);
    }
    return binder.listeners;
  }

  /** Names of a transport's further listeners. */
  public static List<String> names(ConfValues values, Transport transport) {
    return values.names("listeners." + transport.section() + ".").stream()
        .filter(name -> !OWN_SETTINGS.contains(name))
        .toList();
  }

  /** The name within its transport's section; empty for the listener that is the section itself. */
  public static String innerName(ListenerConf listener) {
    int dot = listener.name().indexOf('.');
    return dot < 0 ? "" : listener.name().substring(dot + 1);
  }

  /** The listener that is named like its section, and further ones of {@code url}. */
  private void own(Transport transport, List<ListenerAddress> urls) {
    List<ListenerAddress> named = urls.stream().filter(u -> u.transport() == transport).toList();
    String section = "listeners." + transport.section() + ".";
    boolean ownBind = bindIsNewer(section);
    if (named.isEmpty() || ownBind) {
      if (ownBind ? values.bool(section + "enable", true) : isEnabled(transport, urls)) {
        add(transport.section(), transport, parse(values.text(section + "bind")), section);
      }
      return;
    }
    for (int i = 0; i < named.size(); i++) {
      String name = transport.section() + (i == 0 ? "" : "." + (i + 1));
      add(name, transport, named.get(i), section);
    }
    boolean both = transport != Transport.TCP && values.bool(section + "enable", false);
    if (both && !isListed(named, parse(values.text(section + "bind")))) {
      String name = transport.section() + "." + (named.size() + 1);
      add(name, transport, parse(values.text(section + "bind")), section);
    }
  }

  /** Environment and command line may give the address of one listener alone. */
  private boolean bindIsNewer(String section) {
    Layer url = values.origin("url").layer();
    return values.isGiven("url") && values.origin(section + "bind").layer().compareTo(url) > 0;
  }

  private static boolean isListed(List<ListenerAddress> addresses, ListenerAddress address) {
    return addresses.stream().anyMatch(a -> a.bind().equals(address.bind()));
  }

  private boolean isEnabled(Transport transport, List<ListenerAddress> urls) {
    String section = "listeners." + transport.section() + ".";
    ConfEntry enable = values.entry(section + "enable");
    if (enable != null) {
      return (Boolean) enable.value();
    }
    boolean isConfigured = isConfiguredInHocon(section);
    return switch (transport) {
      case TCP -> isConfigured || isTcpByDefault(urls);
      case WS -> isConfigured || WEBSOCKET_BY_DEFAULT && !hasNamed(transport);
      case TLS -> isConfigured;
      case WSS ->
          isConfigured
              || values.bool("listeners.ws.enable", true)
                  && values.bool("listeners.ssl.enable", false)
                  && values.origin("listeners.ssl.enable").syntax() == Syntax.KEY_VALUE;
    };
  }

  /** A file whose {@code url} names other transports only does not want plain TCP. */
  private boolean isTcpByDefault(List<ListenerAddress> urls) {
    boolean urlOfFile = values.origin("url").layer() == Layer.FILE;
    return !hasNamed(Transport.TCP) && (urls.isEmpty() || !urlOfFile);
  }

  /** In HOCON a section that is there is a listener that is wanted. */
  private boolean isConfiguredInHocon(String section) {
    for (String setting : OWN_SETTINGS) {
      ConfEntry entry =
          section.contains("ssl") || section.contains("wss") || !isOfTls(setting)
              ? values.entry(section + setting)
              : null;
      if (entry != null && entry.origin().syntax() == Syntax.HOCON) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfTls(String setting) {
    return !Set.of("enable", "bind", MOUNT_POINT, ORIGINS).contains(setting);
  }

  private boolean hasNamed(Transport transport) {
    return !names(values, transport).isEmpty();
  }

  private void named(Transport transport) {
    String base = "listeners." + transport.section() + ".";
    for (String name : names(values, transport)) {
      boolean enabled = values.bool(base + "<name>.enable", true, name);
      String bind = values.text(base + "<name>.bind", name);
      if (enabled && !bind.isEmpty()) {
        add(transport.section() + "." + name, transport, parse(bind), base + "<name>.", name);
      }
    }
  }

  private void add(
      String name, Transport transport, ListenerAddress address, String base, String... captures) {
    String path = address.path().isEmpty() ? DEFAULT_PATH : address.path();
    listeners.add(
        new ListenerConf(
            name,
            transport,
            address.host(),
            address.port(),
            transport.isWebSocket() ? path : "",
            transport.isSecure() ? tls(base, captures) : TlsConf.NONE,
            transport.isWebSocket() ? origins(base, captures) : List.of(),
            terms(base, captures)));
  }

  private ListenerTerms terms(String base, String... captures) {
    String limits = base + "limits.";
    return new ListenerTerms(
        new ListenerTerms.Limits(
            (int) values.number(limits + "connections", captures),
            (int) values.number(limits + "connections_per_second", captures),
            values.number(limits + "messages", captures),
            values.number(limits + "bytes", captures)),
        values.bool(base + "proxy.protocol", false, captures),
        values.list(base + "proxy.trusted", captures).stream()
            .flatMap(text -> Network.parse(text).stream())
            .toList(),
        values.text(base + MOUNT_POINT, captures));
  }

  /** A WebSocket listener that does not say itself whose pages it serves does as listeners.ws. */
  private List<String> origins(String base, String... captures) {
    return values.isGiven(base + ORIGINS, captures)
        ? values.list(base + ORIGINS, captures)
        : values.list("listeners.ws." + ORIGINS);
  }

  /** TLS settings that a listener does not have itself are those of {@code listeners.ssl}. */
  private TlsConf tls(String base, String... captures) {
    return new TlsConf(
        inherited(base, "keyfile", captures),
        inherited(base, "certfile", captures),
        inherited(base, "cacertfile", captures),
        inherited(base, "key_password", captures),
        inheritedBool(base, "verify_peer", captures),
        inheritedBool(base, "fail_if_no_peer_cert", captures),
        sni(base, captures));
  }

  private List<SniConf> sni(String base, String... captures) {
    List<SniConf> own = ownSni(base, captures);
    return own.isEmpty() ? ownSni("listeners.ssl.") : own;
  }

  private List<SniConf> ownSni(String base, String... captures) {
    List<SniConf> pairs = new ArrayList<>();
    String prefix = KeyMatch.fill(base + "sni", List.of(captures), true) + ".";
    for (String number : values.names(prefix)) {
      String[] all = Arrays.copyOf(captures, captures.length + 1);
      all[captures.length] = number;
      pairs.add(
          new SniConf(
              number,
              values.text(base + "sni.<n>.keyfile", all),
              values.text(base + "sni.<n>.certfile", all),
              values.text(base + "sni.<n>.key_password", all)));
    }
    return pairs;
  }

  private String inherited(String base, String setting, String... captures) {
    return values.isGiven(base + setting, captures)
        ? values.text(base + setting, captures)
        : values.text("listeners.ssl." + setting);
  }

  private boolean inheritedBool(String base, String setting, String... captures) {
    return values.bool(base + setting, values.bool("listeners.ssl." + setting), captures);
  }

  private static ListenerAddress parse(String text) {
    try {
      return ListenerAddress.parseUrl(text);
    } catch (ConfValueException e) {
      throw new IllegalStateException("passed the parser: " + text, e);
    }
  }
}
