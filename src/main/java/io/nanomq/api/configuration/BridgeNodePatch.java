package io.nanomq.api.configuration;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Layer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants of one bridge, as edits of the document. A member that is absent, null, or
 * as {@link BridgeNode} shows it, edits nothing; an empty text takes its key out.
 */
final class BridgeNodePatch {
  private static final String B = "bridges.mqtt.<name>.";
  private static final Map<String, String> NODE =
      Map.of("enable", "enable", "parallel", "max_parallel_processes");
  private static final Set<String> CONNECTOR =
      Set.of("server", "proto_ver", "clientid", "clean_start", "username", "password", "keepalive");
  private static final Set<String> TLS =
      Set.of("enable", "key_password", "keyfile", "certfile", "cacertfile", "verify_peer");
  private static final Set<String> FORWARD =
      Set.of("remote_topic", "local_topic", "prefix", "suffix", "qos", "retain");
  private static final Set<String> SUBSCRIPTION =
      Set.of("retain_as_published", "retain_handling", "nolocal");

  /** A server's setting, which NanoMQ's page shows of a bridge, too. */
  private static final Map.Entry<String, Object> NOTHING =
      Map.entry("tls.fail_if_no_peer_cert", false);

  /** What the answer has and nobody can set. */
  private static final Set<String> ANSWERED = Set.of("name", "status");

  private final String name;
  private final ConfValues values;
  private final @Nullable Boolean enabled;
  private final List<ConfEdit> edits = new ArrayList<>();
  private final List<ConfProblem> problems = new ArrayList<>();
  private final Set<String> confirmed = new HashSet<>();
  private final BridgeTopicsPatch topics;

  private BridgeNodePatch(LoadedConf stored, String name) {
    this.name = name;
    this.values = stored.values();
    this.enabled = stored.conf().integrations().bridge(name).map(BridgeConf::enable).orElse(null);
    this.topics = new BridgeTopicsPatch(stored, name, edits, problems);
  }

  /**
   * A bridge as it is to be.
   *
   * @param node members of {@link BridgeNode}, or keys of a bridge
   * @throws ConfException with all that is wrong with them
   */
  static ConfPatch node(LoadedConf stored, String name, Map<String, ?> node) throws ConfException {
    BridgeNodePatch patch = new BridgeNodePatch(stored, name);
    node.forEach(patch::member);
    return patch.done();
  }

  /** The bridge with one more subscription for each, or another one of the same topic. */
  static ConfPatch subscribe(LoadedConf stored, String name, List<?> wanted) throws ConfException {
    BridgeNodePatch patch = new BridgeNodePatch(stored, name);
    List<Map<String, Object>> all = patch.topics.entries("subscription.");
    for (Map<String, Object> element : patch.elements("subscription", wanted, all)) {
      all.removeIf(old -> topic(old).equals(topic(element)));
      all.add(element);
    }
    patch.topics.write("subscription.", all);
    return patch.done();
  }

  /**
   * The bridge without the subscriptions of some topics of the other broker. As with UNSUBSCRIBE, a
   * topic may have none.
   */
  static ConfPatch unsubscribe(LoadedConf stored, String name, List<?> topics)
      throws ConfException {
    BridgeNodePatch patch = new BridgeNodePatch(stored, name);
    List<Map<String, Object>> all = patch.topics.entries("subscription.");
    boolean isLess = false;
    for (Map<String, Object> gone : patch.elements("subscription", topics, List.of())) {
      isLess |= all.removeIf(old -> topic(old).equals(topic(gone)));
    }
    if (isLess) {
      patch.topics.write("subscription.", all);
    }
    return patch.done();
  }

  private static Object topic(Map<String, Object> subscription) {
    Object remote = subscription.get("remote_topic");
    return remote == null ? subscription.getOrDefault("local_topic", "") : remote;
  }

  /** The document without the bridge. */
  static ConfPatch remove(LoadedConf stored, String name) {
    List<ConfEdit> edits = new ArrayList<>();
    for (ConfEntry entry : stored.values().below("bridges.mqtt." + KeyMatch.quoted(name) + ".")) {
      if (entry.origin().layer() == Layer.FILE) {
        edits.add(new ConfEdit(entry.key(), captures(entry), null));
      }
    }
    return new ConfPatch(edits, Map.of());
  }

  /** What stands in the place of a key's placeholders. */
  private static List<String> captures(ConfEntry entry) {
    List<String> captures = new ArrayList<>();
    String rest = entry.path();
    for (String part : entry.key().hocon().split("\\.")) {
      String found = ConfValues.firstPart(rest);
      if (part.startsWith("<")) {
        captures.add(found);
      }
      rest = rest.substring(Math.min(rest.length(), KeyMatch.quoted(found).length() + 1));
    }
    return captures;
  }

  private ConfPatch done() throws ConfException {
    ConfException.throwIfAny(problems);
    return new ConfPatch(edits, Map.of(), confirmed);
  }

  private void member(String member, @Nullable Object value) {
    if (value == null || ANSWERED.contains(member)) {
      return;
    }
    switch (member) {
      case "enable", "parallel" -> set(member, B + NODE.get(member), value);
      case "connector" -> section(member, value, CONNECTOR, "");
      case "tls" -> section(member, value, TLS, "ssl.");
      case "forwards", "subscription" -> list(member, value);
      default -> key(List.of("bridges", "mqtt", name, member), value);
    }
  }

  /** What NanoMQ has beside {@code name}, as its documents have it: {@code server}, {@code ssl}. */
  private void key(List<String> path, Object value) {
    if (value instanceof Map<?, ?> members) {
      members.forEach(
          (member, wanted) -> {
            if (wanted != null) {
              List<String> inner = new ArrayList<>(path);
              inner.add(String.valueOf(member));
              key(inner, wanted);
            }
          });
      return;
    }
    String member = String.join(".", path.subList(3, path.size()));
    KeyMatch match = KeyTable.get().matchHocon(path).orElse(null);
    if (match == null || !match.key().id().startsWith(B) || match.captures().size() > 1) {
      problem(member, value, "is not a known member", "a member of GET, or a key of a bridge");
      return;
    }
    ConfType type = match.key().type();
    boolean isQuantity = type instanceof ConfType.Duration || type instanceof ConfType.Size;
    if (!isQuantity || !(value instanceof String text) || text.isEmpty()) {
      set(member, match.key().id(), value);
      return;
    }
    try {
      edits.add(ConfEdit.set(match.key().id(), type.parse(text, Syntax.HOCON), name));
    } catch (ConfValueException e) {
      problem(member, value, e.reason(), e.expected());
    }
  }

  private void section(String section, Object value, Set<String> known, String keys) {
    if (!(value instanceof Map<?, ?> members)) {
      problem(section, value, "is not an object", "{...}");
      return;
    }
    members.forEach(
        (member, wanted) -> {
          String path = section + "." + member;
          if (wanted == null || NOTHING.equals(Map.entry(path, wanted))) {
            return;
          }
          if (known.contains(String.valueOf(member))) {
            set(path, B + keys + member, wanted);
          } else if (keys.isEmpty()) {
            key(List.of("bridges", "mqtt", name, String.valueOf(member)), wanted);
          } else {
            problem(path, wanted, "is not a known member", String.join(", ", known));
          }
        });
  }

  private void set(String path, String id, Object value) {
    ConfField field = new ConfField("bridge", id.substring(id.lastIndexOf('.') + 1), id);
    Object now = field.toJson(values.value(id, name));
    boolean isShown =
        value.equals(ConfView.MASK)
            || String.valueOf(value).equals(String.valueOf(now == null ? unset(path) : now))
            || value instanceof String text
                && now instanceof String address
                && text.equals(BridgeNode.masked(address));
    if (isShown) {
      if (field.key().secret() && !value.equals(ConfView.MASK)) {
        confirmed.add(KeyMatch.path(field.key(), List.of(name)));
      }
      return;
    }
    if (value.equals("")) {
      if (values.isGiven(id, name)) {
        edits.add(ConfEdit.remove(id, name));
      }
      return;
    }
    try {
      edits.add(ConfEdit.set(id, field.fromJson(value), name));
    } catch (ConfValueException e) {
      problem(path, value, e.reason(), e.expected());
    }
  }

  /** What holds where the document does not say it. */
  private @Nullable Object unset(String path) {
    return switch (path) {
      case "enable" -> enabled;
      case "tls.enable" -> false;
      default -> null;
    };
  }

  private void list(String member, Object value) {
    if (!(value instanceof List<?> wanted)) {
      problem(member, value, "is not a list", "[...]");
      return;
    }
    List<Map<String, Object>> before = topics.entries(member + ".");
    List<Map<String, Object>> elements = elements(member, wanted, before);
    boolean isPlain =
        member.equals("forwards")
            && before.isEmpty()
            && elements.stream().allMatch(BridgeNodePatch::isPlain);
    if (isPlain) {
      // The short form, which both formats of documents have.
      topics.read(member, elements.stream().map(each -> each.get("local_topic")).toList());
    } else {
      if (member.equals("forwards") && values.isGiven(B + member, name)) {
        edits.add(ConfEdit.remove(B + member, name));
      }
      topics.write(member + ".", elements);
    }
  }

  private static boolean isPlain(Map<String, Object> element) {
    Object local = element.get("local_topic");
    return local != null
        && local.equals(element.getOrDefault("remote_topic", local))
        && Set.of("local_topic", "remote_topic").containsAll(element.keySet());
  }

  private List<Map<String, Object>> elements(
      String member, List<?> wanted, List<Map<String, Object>> before) {
    List<Map<String, Object>> elements = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String path = member + "[" + i + "]";
      if (wanted.get(i) instanceof String topic && !topic.isEmpty()) {
        elements.add(element(member, path, Map.of("topic", topic)));
      } else if (wanted.get(i) instanceof Map<?, ?> fields) {
        elements.add(element(member, path, fields));
      } else {
        problem(path, wanted.get(i), "is not a topic", "{\"remote_topic\": \"...\"}");
      }
    }
    return elements;
  }

  private Map<String, Object> element(String member, String path, Map<?, ?> fields) {
    boolean isForward = member.equals("forwards");
    Map<String, Object> element = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          String field = "topic".equals(name) ? ofTopic(isForward) : String.valueOf(name);
          boolean isKnown = FORWARD.contains(field) || !isForward && SUBSCRIPTION.contains(field);
          if (!isKnown) {
            problem(path + "." + field, value, "is not a known member", "");
          } else if (value != null && !value.equals("")) {
            String id = B + member + ".<n>." + field;
            parse(path + "." + field, new ConfField("bridge", field, id), value, element);
          }
        });
    if (!element.containsKey("remote_topic") && !element.containsKey("local_topic")) {
      problem(path, fields, "names no topic", "remote_topic or local_topic");
    }
    return element;
  }

  private static String ofTopic(boolean isForward) {
    return isForward ? "local_topic" : "remote_topic";
  }

  private void parse(String path, ConfField field, Object value, Map<String, Object> element) {
    try {
      element.put(field.name(), field.fromJson(value));
    } catch (ConfValueException e) {
      problem(path, value, e.reason(), e.expected());
    }
  }

  private void problem(String path, @Nullable Object value, String reason, String expected) {
    problems.add(PatchReader.inRequest(path, value, reason, expected));
  }
}
