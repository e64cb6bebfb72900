package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Destination;
import io.nanomq.config.setting.KnownReferences;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
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
  private final ConfValues stored;
  private final ConfValues next;

  private ReferenceKeepers(ConfValues stored, ConfValues next) {
    this.stored = stored;
    this.next = next;
  }

  /**
   * Holds what is to be stored against what is.
   *
   * @throws ConfException for each reference that is new, or would be sent elsewhere
   */
  public static void check(LoadedConf stored, LoadedConf next) throws ConfException {
    check(stored.values(), next.values());
  }

  static void check(ConfValues stored, ConfValues next) throws ConfException {
    ReferenceKeepers keepers = new ReferenceKeepers(stored, next);
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEntry entry : next.given().values()) {
      if (keepers.isReference(entry)) {
        keepers.check(entry, problems);
      }
    }
    ConfException.throwIfAny(problems);
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
        && (Destination.of(entry.key()).isPresent() || !entry.raw().contains("${include:"));
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

  /** Where it is sent: the values of its places, null where unset; none where it is not sent. */
  private static List<@Nullable Object> goesTo(ConfEntry entry, ConfValues values) {
    List<@Nullable Object> places = new ArrayList<>();
    Destination.of(entry.key()).map(to -> to.placesOf(entry.path())).orElse(List.of()).stream()
        .map(place -> values.given().get(place))
        .forEach(said -> places.add(said == null ? null : Objects.toString(said.value())));
    return places;
  }
}
