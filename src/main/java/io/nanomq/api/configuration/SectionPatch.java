package io.nanomq.api.configuration;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.tls.PemStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code data} of a {@code POST /api/v4/configuration/{section}} into edits and problems.
 * What is as it was answered edits nothing; what has no key of its own is refused.
 */
final class SectionPatch {
  private static final String FIXED = "cannot be changed here";

  /** Sections that the page does not have. */
  private static final List<String> ONLY_LATER =
      List.of("basic", "webhook", "auth", "auth_http", "sqlite");

  private final LoadedConf stored;
  private final Path workingDirectory;
  private final PemStore pems;
  private final List<ConfEdit> edits = new ArrayList<>();
  private final Map<Path, String> files = new LinkedHashMap<>();
  private final List<ConfProblem> problems = new ArrayList<>();
  private final Set<String> confirmed = new HashSet<>();

  private SectionPatch(LoadedConf stored, Path workingDirectory, PemStore pems) {
    this.stored = stored;
    this.workingDirectory = workingDirectory;
    this.pems = pems;
  }

  /**
   * What a request asks for.
   *
   * @param section one of {@link ConfSections#NAMES}
   * @param data the members, or one member of the section's name that holds them, as GET answers
   * @param stored the stored configuration, freshly loaded
   * @throws ConfException where a member is unknown, cannot be set here, or is wrong
   */
  static ConfPatch read(
      String section, Map<String, ?> data, LoadedConf stored, Path workingDirectory, PemStore pems)
      throws ConfException {
    var patch = new SectionPatch(stored, workingDirectory, pems);
    Object given = data.size() == 1 && data.containsKey(section) ? data.get(section) : data;
    patch.read(section, given, SectionView.of(section, stored, workingDirectory, pems));
    ConfException.throwIfAny(patch.problems);
    patch.keepSwitch("webhook.", stored.conf().integrations().webhook().enable());
    patch.keepSwitch("auth.http_auth.", stored.conf().auth().http().enable());
    patch.keepSwitch("sqlite.", ConfSections.hasSqlite(stored.values()));
    return new ConfPatch(patch.edits, patch.files, patch.confirmed);
  }

  /**
   * The same of a whole configuration, in the shape of the page or in NanoMQ 0.25's, where some
   * sections have other names or more members.
   */
  static ConfPatch whole(
      Map<String, ?> data, LoadedConf stored, Path workingDirectory, PemStore pems)
      throws ConfException {
    Map<String, Object> ofPage = new LinkedHashMap<>(data);
    var patch = new SectionPatch(stored, workingDirectory, pems);
    for (String section : ONLY_LATER) {
      Object members = ofPage.remove(section);
      if (members != null) {
        patch.collect(
            () -> read(section, Map.of(section, members), stored, workingDirectory, pems));
      }
    }
    patch.known(ofPage);
    ConfException.throwIfAny(patch.problems);
    return new ConfPatch(patch.edits, patch.files, patch.confirmed);
  }

  private void read(String section, Object given, Object view) {
    if (section.equals("auth")) {
      new UserListPatch(stored, edits, problems).read(given);
    } else if (!(given instanceof Map<?, ?> members)) {
      problem("data." + section, given, "is not an object", "{...}");
    } else if (section.equals("bridge")) {
      bridge(members, view);
    } else {
      Map<String, Object> changed = changed(members, view);
      switch (section) {
        case "basic" -> basic(changed);
        case "tls" -> known(Map.of(section, changed));
        case "websocket" -> known(Map.of(section, changed));
        case "http_server" -> {
          Object address = changed.remove("addr");
          if (address != null) {
            leaves(section, Map.of("addr", address), view);
          }
          known(Map.of(section, changed));
        }
        default -> leaves(section, changed, view);
      }
    }
  }

  /** Members that are there and not as they are already, those of inner objects too. */
  private static Map<String, Object> changed(Map<?, ?> given, Object view) {
    Map<String, Object> changed = new LinkedHashMap<>();
    given.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          Object was = view instanceof Map<?, ?> members ? members.get(name) : null;
          if (value instanceof Map<?, ?> inner && was instanceof Map) {
            Map<String, Object> rest = changed(inner, was);
            if (!rest.isEmpty()) {
              changed.put(name, rest);
            }
          } else if (value != null && !isSame(value, was)) {
            changed.put(name, value);
          }
        });
    return changed;
  }

  /** JSON readers answer Integer where this package has Long. */
  private static boolean isSame(Object value, @Nullable Object was) {
    return String.valueOf(value).equals(String.valueOf(was))
        && value instanceof String == was instanceof String;
  }

  private void basic(Map<String, Object> changed) {
    Object ipc = changed.remove("ipc_internal");
    if (ipc != null) {
      problem("data.ipc_internal", ipc, FIXED, "false");
    }
    Map<String, Object> hot = new LinkedHashMap<>();
    for (String name : HotValues.NAMES) {
      Object value = changed.remove(name);
      if (value != null) {
        hot.put(name, value);
      }
    }
    collect(() -> HotValues.patch(hot, stored));
    known(changed);
  }

  /** What {@code POST /configuration} knows, too. */
  private void known(Map<String, ?> members) {
    collect(() -> PatchReader.read(members, stored, workingDirectory, pems));
  }

  private interface Reading {
    ConfPatch read() throws ConfException;
  }

  private void collect(Reading reading) {
    try {
      ConfPatch patch = reading.read();
      edits.addAll(patch.edits());
      files.putAll(patch.pemFiles());
      confirmed.addAll(patch.confirmed());
    } catch (ConfException e) {
      problems.addAll(e.problems());
    }
  }

  private void bridge(Map<?, ?> members, Object view) {
    Map<String, Object> rest = new LinkedHashMap<>();
    members.forEach((name, value) -> rest.put(String.valueOf(name), value));
    Object nodes = rest.remove("nodes");
    if (nodes instanceof List<?> list) {
      list.forEach(each -> node(each, view));
    } else if (nodes != null) {
      problem("data.bridge.nodes", nodes, "is not a list", "[...]");
    }
    leaves("bridge", changed(rest, view), view);
  }

  private void node(Object given, Object view) {
    Object name = given instanceof Map<?, ?> members ? members.get("name") : null;
    Object nodes = view instanceof Map<?, ?> members ? members.get("nodes") : null;
    for (Object was : nodes instanceof List<?> list ? list : List.of()) {
      if (was instanceof Map<?, ?> node && node.get("name") instanceof String own) {
        if (own.equals(name) && given instanceof Map<?, ?> members) {
          leaves("bridge", changed(members, was), was, own);
          return;
        }
      }
    }
    problem("data.bridge.nodes", name, "is no bridge that is there", "POST /config_update");
  }

  private void leaves(String path, Map<?, ?> changed, Object view, String... captures) {
    changed.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          Object was = view instanceof Map<?, ?> members ? members.get(name) : null;
          ConfField field = field(path, name, captures.length > 0);
          if (field != null) {
            set(field.path(), field, value, captures);
          } else if (name.equals("headers") && value instanceof Map<?, ?> headers) {
            headers(path, headers);
          } else if (value instanceof Map<?, ?> inner && was != null) {
            leaves(path + "." + name, inner, was, captures);
          } else {
            boolean isThere = view instanceof Map<?, ?> members && members.containsKey(name);
            problem("data." + path + "." + name, "", isThere ? FIXED : "is not a known member", "");
          }
        });
  }

  private static @Nullable ConfField field(String section, String name, boolean ofNode) {
    List<ConfField> fields = ofNode ? ConfSections.NODE : ConfSections.FIELDS;
    return fields.stream()
        .filter(each -> each.section().equals(section) && each.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private void headers(String section, Map<?, ?> headers) {
    String id = ConfSections.headers(section);
    headers.forEach(
        (name, value) -> {
          String header = String.valueOf(name);
          set(
              "data." + section + ".headers." + header,
              new ConfField(section, header, id),
              value,
              header);
        });
  }

  private void set(String path, ConfField field, Object json, String... captures) {
    ConfKey key = KeyTable.get().byId(field.id());
    try {
      if (json.equals(ConfView.MASK)) {
        throw new ConfValueException("is what hides a value, and there is none", "a value");
      }
      Object value = field.fromJson(json);
      if (value.equals("") && key.defaultText() != null) {
        throw new ConfValueException("is empty", key.type().toString());
      }
      edits.add(
          value.equals("")
              ? ConfEdit.remove(field.id(), captures)
              : ConfEdit.set(field.id(), value, captures));
    } catch (ConfValueException e) {
      problem(path, key.secret() ? ConfView.MASK : json, e.reason(), e.expected());
    }
  }

  /** What is off stays so though its section appears with the first member that is written. */
  private void keepSwitch(String section, boolean isOn) {
    String id = section + "enable";
    boolean isEdited = edits.stream().anyMatch(edit -> edit.key().id().startsWith(section));
    boolean isSwitched = edits.stream().anyMatch(edit -> edit.key().id().equals(id));
    if (isEdited && !isOn && !isSwitched && !stored.values().isGiven(id)) {
      edits.add(ConfEdit.set(id, false));
    }
  }

  private void problem(String path, @Nullable Object value, String reason, String expected) {
    problems.add(PatchReader.inRequest(path, value, reason, expected));
  }
}
