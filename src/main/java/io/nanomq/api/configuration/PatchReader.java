package io.nanomq.api.configuration;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Nearest;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.ListenerAddress;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.ListenerBinder;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.tls.PemStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code data} of a {@code POST /api/v4/configuration} into edits and problems. */
public final class PatchReader {
  private static final Set<String> TOP = Set.of("url");
  private static final Set<String> TLS =
      Set.of("enable", "url", "key_password", "keypass", "key", "cert", "cacert");
  private static final Set<String> WEBSOCKET = Set.of("enable", "tls_enable", "url", "tls_url");
  private static final Set<String> BRIDGE = Set.of("bridge_mode", "forwards", "subscription");

  private final LoadedConf stored;
  private final Path workingDirectory;
  private final PemStore pems;
  private final Map<String, @Nullable Object> current;
  private final String bridge;
  private final List<ConfEdit> edits = new ArrayList<>();
  private final Map<String, Object> pemParts = new LinkedHashMap<>();
  private final List<ConfProblem> problems = new ArrayList<>();
  private final Set<String> confirmed = new HashSet<>();

  private PatchReader(LoadedConf stored, Path workingDirectory, PemStore pems) {
    this.stored = stored;
    this.workingDirectory = workingDirectory;
    this.pems = pems;
    this.current = ConfView.of(stored, workingDirectory, pems, false);
    this.bridge = ConfView.bridgeName(stored.values());
  }

  /**
   * What a request asks for. Members that are absent or null, or say what is so already, edit
   * nothing.
   *
   * @param data the request's {@code data}, with JSON's values as Java's own
   * @param stored the stored configuration, freshly loaded: not what runs, where that differs
   * @param workingDirectory where relative paths start
   * @param pems where keys and certificates go
   * @throws ConfException where a member is unknown, of the wrong type or out of range; its
   *     problems name all of them
   */
  public static ConfPatch read(
      Map<String, ?> data, LoadedConf stored, Path workingDirectory, PemStore pems)
      throws ConfException {
    return new PatchReader(stored, workingDirectory, pems).read(data);
  }

  private ConfPatch read(Map<String, ?> data) throws ConfException {
    section("", withoutHot(data), ConfField.TOP, TOP);
    section("tls", sub(data, "tls"), ConfField.TLS, TLS);
    section("websocket", sub(data, "websocket"), List.of(), WEBSOCKET);
    section("http_server", sub(data, "http_server"), ConfField.HTTP, Set.of());
    section("bridge", sub(data, "bridge"), ConfField.BRIDGE, BRIDGE);
    // Last, since the key's password may change with it.
    Map<Path, String> pemFiles =
        new PemPatch(stored, workingDirectory, pems, edits, problems).read(pemParts);
    ConfException.throwIfAny(problems);
    keepSwitches();
    bothThreads(data);
    return new ConfPatch(edits, pemFiles, confirmed);
  }

  /** NanoMQ's later pages send here what is read and set at {@code /reload}; it is set. */
  private Map<String, ?> withoutHot(Map<String, ?> data) {
    Map<String, Object> rest = new LinkedHashMap<>(data);
    Map<String, Object> hot = new LinkedHashMap<>();
    for (String name : HotValues.ONLY) {
      if (rest.containsKey(name)) {
        hot.put(name, rest.remove(name));
      }
    }
    try {
      edits.addAll(HotValues.patch(hot, stored).edits());
    } catch (ConfException e) {
      problems.addAll(e.problems());
    }
    return rest;
  }

  /**
   * A section that appears in HOCON is switched on by that. An edit of another member must not do
   * so, hence the switch is written down as it was.
   */
  private void keepSwitches() {
    if (!stored.isHocon()) {
      return;
    }
    for (Transport transport : List.of(Transport.TLS, Transport.WS, Transport.WSS)) {
      String section = "listeners." + transport.section() + ".";
      boolean isOpen =
          stored.conf().listeners().stream().anyMatch(l -> l.name().equals(transport.section()));
      keepSwitch(section, section + "enable", isOpen);
    }
    boolean isBridged =
        stored.conf().integrations().bridge(bridge).filter(BridgeConf::enable).isPresent();
    keepSwitch("bridges.mqtt.<name>.", "bridges.mqtt.<name>.enable", isBridged, bridge);
  }

  /**
   * What is answered for a number that is left to the broker follows the other one, so that where
   * one is edited, what was sent for the other is written down too.
   */
  private void bothThreads(Map<String, ?> data) {
    List<ConfField> threads =
        ConfField.TOP.stream().filter(field -> ConfView.THREADS.contains(field.name())).toList();
    List<String> edited = edits.stream().map(edit -> edit.key().id()).toList();
    if (threads.stream().anyMatch(field -> edited.contains(field.id()))) {
      for (ConfField field : threads) {
        Object sent = data.get(field.name());
        if (sent != null && !edited.contains(field.id())) {
          set(field, sent);
        }
      }
    }
  }

  private void keepSwitch(String section, String id, boolean isOn, String... captures) {
    List<ConfEdit> inside =
        edits.stream()
            .filter(e -> e.key().id().startsWith(section))
            .filter(e -> !e.key().id().startsWith(section + "<name>."))
            .toList();
    boolean isSwitched = inside.stream().anyMatch(e -> e.key().id().equals(id));
    // What is on stays so by what is written into it, but may go with the last that is taken out.
    boolean mayChange = !isOn || inside.stream().allMatch(e -> e.value() == null);
    if (!inside.isEmpty() && mayChange && !isSwitched && !stored.values().isGiven(id, captures)) {
      edits.add(ConfEdit.set(id, isOn, captures));
    }
  }

  private Map<String, ?> sub(Map<String, ?> data, String section) {
    Object value = data.get(section);
    if (value instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // JSON's names are strings
      Map<String, ?> members = (Map<String, ?>) map;
      return members;
    }
    if (value != null) {
      problem("data." + section, value, "is not an object", "{...}");
    }
    return Map.of();
  }

  private void section(
      String section, Map<String, ?> members, List<ConfField> fields, Set<String> others) {
    for (Map.Entry<String, ?> member : members.entrySet()) {
      String name = member.getKey();
      ConfField field = fields.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
      boolean isSection = section.isEmpty() && current.get(name) instanceof Map;
      if (field == null && !others.contains(name) && !isSection) {
        unknown(section, name);
      } else if (member.getValue() != null
          && !isSection
          && isNew(section, name, member.getValue())) {
        if (field != null) {
          set(field, member.getValue());
        } else {
          special(section, name, member.getValue());
        }
      } else if (field != null && field.key().secret() && isSaid(member.getValue())) {
        confirmed.add(KeyMatch.path(field.key(), names(field)));
      }
    }
  }

  private static boolean isSaid(@Nullable Object value) {
    return value != null && !value.equals(ConfView.MASK);
  }

  private List<String> names(ConfField field) {
    return field.section().equals("bridge") ? List.of(bridge) : List.of();
  }

  private void unknown(String section, String name) {
    Object members = section.isEmpty() ? current : current.get(section);
    List<String> known = new ArrayList<>();
    if (members instanceof Map<?, ?> map) {
      map.keySet().forEach(key -> known.add(String.valueOf(key)));
    }
    String path = "data." + (section.isEmpty() ? "" : section + ".") + name;
    problem(path, "", "is not a known member", Nearest.of(name, known));
  }

  /** What is as it is already, or hidden behind the mask, is left alone. */
  private boolean isNew(String section, String name, Object value) {
    Object members = section.isEmpty() ? current : current.get(section);
    Object was = members instanceof Map<?, ?> map ? map.get(name) : null;
    if (value.equals(ConfView.MASK) && was != null
        || was instanceof String shown
            && shown.contains("://")
            && value.equals(ConfProblem.withoutCredentials(shown))) {
      return false;
    }
    // JSON readers answer Integer where this package has Long.
    return !String.valueOf(value).equals(String.valueOf(was))
        || was instanceof String != value instanceof String;
  }

  private void set(ConfField field, Object json, String... captures) {
    try {
      Object value = field.fromJson(json);
      boolean isEmpty = isEmpty(field, value);
      String[] names = field.section().equals("bridge") ? new String[] {bridge} : captures;
      edits.add(
          isEmpty ? ConfEdit.remove(field.id(), names) : ConfEdit.set(field.id(), value, names));
    } catch (ConfValueException e) {
      Object shown = field.key().secret() ? ConfView.MASK : json;
      problem(field.path(), shown, e.reason(), e.expected());
    }
  }

  private static boolean isEmpty(ConfField field, Object value) throws ConfValueException {
    boolean isEmpty = value.equals("");
    if (isEmpty && field.key().defaultText() != null) {
      // Removing the key would bring the default back: a password that everybody knows.
      throw new ConfValueException("is empty", field.key().type().describe(Syntax.KEY_VALUE));
    }
    return isEmpty;
  }

  private void special(String section, String name, Object value) {
    switch (section + "." + name) {
      case ".url" -> urls(value);
      case "tls.enable" -> enable(section, Transport.TLS, value);
      case "tls.url" -> bind(section, name, Transport.TLS, value);
      case "tls.key_password", "tls.keypass" ->
          set(new ConfField(section, name, "listeners.ssl.key_password"), value);
      case "tls.key", "tls.cert", "tls.cacert" -> pemParts.put(name, value);
      case "websocket.enable" -> enable(section, Transport.WS, value);
      case "websocket.tls_enable" -> enable(section, Transport.WSS, value);
      case "websocket.url" -> bind(section, name, Transport.WS, value);
      case "websocket.tls_url" -> bind(section, name, Transport.WSS, value);
      case "bridge.bridge_mode" ->
          set(new ConfField(section, name, "bridges.mqtt.<name>.enable"), value);
      default -> new BridgeTopicsPatch(stored, bridge, edits, problems).read(name, value);
    }
  }

  private void urls(Object value) {
    ConfField field = new ConfField("", "url", "url");
    if (!stored.isHocon()) {
      set(field, value);
      return;
    }
    try {
      Object parsed = field.fromJson(value);
      Map<Transport, Integer> seen = new EnumMap<>(Transport.class);
      for (Object url : (List<?>) parsed) {
        Transport transport = ListenerAddress.parseUrl(String.valueOf(url)).transport();
        bind("", "url", transport, seen.merge(transport, 1, Integer::sum) - 1, url);
      }
    } catch (ConfValueException e) {
      problem("data.url", value, e.reason(), e.expected());
    }
  }

  private void bind(String section, String name, Transport transport, Object value) {
    bind(section, name, transport, 0, value);
  }

  /**
   * HOCON documents have the bare address, but for spellings of the scheme that are unusual.
   *
   * @param index which of the transport's listeners moves; those that are not named stay
   */
  private void bind(String section, String name, Transport transport, int index, Object value) {
    List<String> inner = stored.isHocon() ? innerNames(transport) : List.of("");
    if (index >= inner.size()) {
      problem(
          "data." + name,
          value,
          "is one address more than there are listeners of " + transport.section(),
          "a listener of that name in the document first");
      return;
    }
    String base = "listeners." + transport.section() + ".";
    boolean isOwn = inner.get(index).isEmpty();
    ConfField field = new ConfField(section, name, base + (isOwn ? "bind" : "<name>.bind"));
    String usual = new ListenerAddress(transport, "", 0, "").scheme();
    boolean isBare = stored.isHocon() && value instanceof String url && url.startsWith(usual);
    Object bare = isBare ? String.valueOf(value).substring(usual.length()) : value;
    String[] captures = isOwn ? new String[0] : new String[] {inner.get(index)};
    if (!bare.equals(stored.values().value(field.id(), captures))) {
      set(field, bare, captures);
    }
  }

  /** The open listeners of a transport; where there is none, the one that would be. */
  private List<String> innerNames(Transport transport) {
    List<String> names =
        stored.conf().listeners().stream()
            .filter(listener -> listener.transport() == transport)
            .map(ListenerBinder::innerName)
            .toList();
    return names.isEmpty() ? List.of("") : names;
  }

  /** Switches every listener of a transport that the document has. */
  private void enable(String section, Transport transport, Object value) {
    String base = "listeners." + transport.section() + ".";
    List<String> named =
        stored.isHocon() ? ListenerBinder.names(stored.values(), transport) : List.of();
    if (named.isEmpty() || stored.values().isGiven(base + "bind")) {
      set(new ConfField(section, "enable", base + "enable"), value);
    }
    for (String name : named) {
      set(new ConfField(section, "enable", base + "<name>.enable"), value, name);
    }
  }

  private void problem(String path, Object value, String reason, String expected) {
    problems.add(inRequest(path, value, reason, expected));
  }

  static ConfProblem inRequest(
      String path, @Nullable Object value, String reason, String expected) {
    return ConfProblem.of("request", path, String.valueOf(value), reason, expected);
  }
}
