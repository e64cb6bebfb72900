package io.nanomq.config.setting;

import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.value.ConfValueException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a document that came through the API may refer to: variables and files that the stored one
 * names. Others are refused before they are looked up, so that no answer depends on whether there
 * is one, or on what it holds. Immutable.
 */
public final class KnownReferences {
  /** What is wrong with a reference that the stored document does not have. */
  public static final String NEW = "names a variable or a file, which the API cannot add";

  /** What is right instead. */
  public static final String STORED = "a value, or what the stored document names there";

  private static final Pattern OF_AN_INCLUDE = Pattern.compile("\\$\\{include:[^}]*}");

  private final Set<String> texts;
  private final Set<String> variables;
  private final Set<Place> places;

  /**
   * Where a reference stands.
   *
   * @param setting path of the setting, or the id of its key where that is of a list: what is in
   *     one moves up where something before it goes
   * @param shown what it says, not resolved
   */
  private record Place(String setting, String shown) {
    static Place of(RawSetting setting) {
      KeyMatch match = setting.match();
      String id = match.key().id();
      return new Place(id.contains("<n>") ? id : match.path(), setting.raw());
    }
  }

  private KnownReferences(Set<String> texts, Set<String> variables, Set<Place> places) {
    this.texts = texts;
    this.variables = variables;
    this.places = places;
  }

  /**
   * @param stored what the stored documents say: their texts, and what is in force of them
   * @param variables that they take without quotes
   * @param settings of them, not resolved
   */
  public static KnownReferences of(
      Stream<String> stored, Set<String> variables, Stream<RawSetting> settings) {
    Set<String> texts =
        stored
            .flatMap(text -> SecretReferences.REFERENCE.matcher(text).results())
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    return new KnownReferences(
        texts, Set.copyOf(variables), settings.map(Place::of).collect(Collectors.toSet()));
  }

  /**
   * Before anything is looked up: whether a reference fits where it is new tells of what it stands
   * for.
   *
   * @param settings of a document, not resolved
   * @param asked variables that it takes without quotes
   */
  public List<ConfProblem> moved(List<RawSetting> settings, Set<String> asked) {
    return settings.stream()
        .filter(setting -> isReference(setting, asked) && !places.contains(Place.of(setting)))
        .map(
            setting -> {
              String shown = ConfProblem.shown(setting.match().key(), setting.raw());
              return ConfProblem.at(setting.origin(), shown, NEW, STORED);
            })
        .toList();
  }

  /** Those of included files are looked at where it is known what they stand for. */
  private static boolean isReference(RawSetting setting, Set<String> asked) {
    ConfType type = setting.match().key().type();
    return SecretReferences.REFERENCE
        .matcher(setting.raw())
        .results()
        .anyMatch(
            found ->
                asked.contains(found.group(2))
                    || type != ConfType.TOPIC
                        && !found.group().startsWith("${include:")
                        && !(type.hasPlaceholders()
                            && SecretReferences.PLACEHOLDERS.contains(found.group())));
  }

  /**
   * @param asked variables that a document takes without quotes
   * @return those that are new
   */
  public Set<String> unknown(Set<String> asked) {
    Set<String> unknown = new TreeSet<>(asked);
    unknown.removeIf(name -> variables.contains(name) || texts.contains("${" + name + "}"));
    return unknown;
  }

  /**
   * @param shown the texts as they may be shown; what is a file's own, which the document only
   *     includes, may refer to anything
   * @throws ConfValueException where one of the texts refers to something new
   */
  void check(List<String> resolving, List<String> shown, Set<String> placeholders)
      throws ConfValueException {
    for (int i = 0; i < resolving.size(); i++) {
      boolean isIncluded =
          shown.size() == resolving.size()
              && OF_AN_INCLUDE.matcher(shown.get(i)).matches()
              && !shown.get(i).equals(resolving.get(i));
      Matcher found = SecretReferences.REFERENCE.matcher(resolving.get(i));
      while (!isIncluded && found.find()) {
        if (!texts.contains(found.group()) && !placeholders.contains(found.group())) {
          throw new ConfValueException(NEW, STORED);
        }
      }
    }
  }
}
