package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.KnownReferences;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a document takes from a variable or a file ({@code ${NAME}}, {@code ${file:...}}, an
 * include) is not known to whoever edits it through the API, and is not to be had by it: a
 * reference may only stay where it is, and what it stands for goes where it went before.
 */
public final class ReferenceKeepers {
  /**
   * Settings that are sent to one address.
   *
   * @param prefix beginning of their ids
   * @param places ends of the ids that say where they go
   */
  private record Section(String prefix, List<String> places) {}

  private static final List<Section> SECTIONS = sections();

  private final ConfValues stored;
  private final ConfValues next;

  private ReferenceKeepers(ConfValues stored, ConfValues next) {
    this.stored = stored;
    this.next = next;
  }

  private static List<Section> sections() {
    List<Section> all = new ArrayList<>();
    all.add(
        section(
            "bridges.mqtt.<name>.",
            "server",
            "hybrid_bridging",
            "hybrid_servers",
            "ssl.enable",
            "ssl.verify_peer",
            "proxy.type",
            "proxy.host",
            "proxy.port"));
    for (String request : List.of("auth_req", "super_req", "acl_req")) {
      all.add(section("auth.http_auth." + request + ".", "url"));
    }
    all.add(section("webhook.", "url", "ssl.verify_peer"));
    all.add(section("rules.webhook.rules.<n>.", "url"));
    all.add(section("rules.repub.rules.<n>.", "server"));
    all.add(section("rules.mysql.rules.<n>.", "host", "port"));
    for (String database : List.of("mysql", "postgresql", "timescaledb")) {
      all.add(section("rules." + database + ".<name>.", "conn.host", "conn.port"));
    }
    return all;
  }

  private static Section section(String prefix, String... places) {
    return new Section(prefix, Arrays.stream(places).map(place -> prefix + place).toList());
  }

  /**
   * Holds what is to be stored against what is.
   *
   * @throws ConfException for each reference that is new, or would be sent elsewhere
   */
  public static void check(LoadedConf stored, LoadedConf next) throws ConfException {
    ReferenceKeepers keepers = new ReferenceKeepers(stored.values(), next.values());
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEntry entry : next.values().given().values()) {
      if (keepers.isReference(entry)) {
        keepers.check(entry, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfException(problems);
    }
  }

  /** What a document that is to take the place of stored ones may refer to. */
  public static KnownReferences known(LoadedConf stored) {
    Set<String> variables =
        stored.documents().values().stream()
            .flatMap(document -> document.variables().stream())
            .collect(Collectors.toSet());
    Stream<String> texts =
        Stream.concat(
            stored.documents().values().stream().map(ConfDocument::text),
            stored.values().given().values().stream().map(ConfEntry::raw));
    Stream<RawSetting> settings =
        stored.documents().values().stream()
            .flatMap(document -> document.references(new ArrayList<>()).stream());
    return KnownReferences.of(texts, variables, settings);
  }

  /** Whether its value is not what it says: placeholders of messages and clients are. */
  private boolean isReference(ConfEntry entry) {
    Object value = entry.value();
    String text =
        value instanceof List<?> list
            ? String.join(",", list.stream().map(String::valueOf).toList())
            : String.valueOf(value);
    return entry.origin().layer() == Layer.FILE
        && entry.isReference()
        && !text.equals(entry.raw())
        && (section(entry) != null || !entry.raw().contains("${include:"));
  }

  private void check(ConfEntry entry, List<ConfProblem> problems) {
    List<ConfEntry> before =
        stored.given().values().stream()
            .filter(old -> isSame(old, entry) && old.raw().equals(entry.raw()))
            .toList();
    if (before.isEmpty()) {
      problems.add(problem(entry, KnownReferences.NEW, KnownReferences.STORED));
    } else if (before.stream().noneMatch(old -> goesTo(old, stored).equals(goesTo(entry, next)))) {
      problems.add(
          problem(
              entry,
              "is kept for the address that it was given for, and this is another one",
              "a value, or the address that it was given for"));
    }
  }

  /** Whether it is the same setting; elements of a list move up where others are taken out. */
  private static boolean isSame(ConfEntry old, ConfEntry entry) {
    return old.path().equals(entry.path())
        || old.key().equals(entry.key()) && entry.key().id().contains("<n>");
  }

  private static ConfProblem problem(ConfEntry entry, String reason, String expected) {
    String shown = ConfProblem.shown(entry.key(), entry.raw());
    return ConfProblem.at(entry.origin(), shown, reason, expected);
  }

  private static @Nullable Section section(ConfEntry entry) {
    return SECTIONS.stream()
        .filter(section -> entry.key().id().startsWith(section.prefix()))
        .findFirst()
        .orElse(null);
  }

  /** Where it is sent: the values of its section's places, null where unset. */
  private static List<@Nullable Object> goesTo(ConfEntry entry, ConfValues values) {
    Section section = section(entry);
    List<@Nullable Object> places = new ArrayList<>();
    if (section != null) {
      boolean isNamed = section.prefix().contains("<");
      List<String> captures = isNamed ? List.of(capture(entry, section)) : List.of();
      for (String place : section.places()) {
        ConfKey key = KeyTable.get().byId(place);
        ConfEntry said = values.given().get(KeyMatch.path(key, captures));
        places.add(said == null ? null : Objects.toString(said.value()));
      }
    }
    return places;
  }

  /** What stands for the placeholder of the prefix; quoted where it has dots. */
  private static String capture(ConfEntry entry, Section section) {
    int start = section.prefix().indexOf('<');
    return ConfValues.firstPart(entry.path().substring(start));
  }
}
