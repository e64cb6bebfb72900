package io.nanomq.api.rule;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.model.RulesConf.Place;
import io.nanomq.config.model.RulesConf.Rule;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of rules as edits of a document. What other rules are keeps its place and its number. */
final class RulePatch {
  /** Fields that are not given with an action. */
  private static final List<String> OWN = List.of("sql", "id", "enable");

  private static final Map<String, String> SECTIONS =
      Map.of(
          "repub", "rules.repub.rules.<n>.",
          "sqlite", "rules.sqlite.rules.<n>.",
          "webhook", "rules.webhook.rules.<n>.",
          "mysql", "rules.mysql.rules.<n>.");

  private final LoadedConf loaded;
  private final Map<String, RuleSection> sections = new LinkedHashMap<>();
  private final List<ConfEdit> more = new ArrayList<>();

  private RulePatch(LoadedConf loaded) {
    this.loaded = loaded;
  }

  static List<Rule> rules(LoadedConf loaded) {
    return loaded.conf().integrations().rules().rules();
  }

  static Optional<Rule> find(LoadedConf loaded, int id) {
    return rules(loaded).stream().filter(rule -> rule.id() == id).findFirst();
  }

  /** A number that no rule has. */
  static int nextId(LoadedConf loaded) {
    return rules(loaded).stream().mapToInt(Rule::id).max().orElse(0) + 1;
  }

  /** A rule more. */
  static ConfPatch add(LoadedConf loaded, int id, RuleRequest wanted) {
    if (find(loaded, id).isPresent()) {
      throw ApiException.badParameter("There is another rule " + id + " in the stored document");
    }
    RulePatch patch = new RulePatch(loaded);
    patch.pinNumbers();
    patch.put(id, wanted.requiredAction(), wanted.requiredSql(), wanted.enabled());
    return patch.patch();
  }

  /** What is given is different from now on. */
  static ConfPatch change(LoadedConf loaded, int id, RuleRequest wanted) {
    Rule rule = require(loaded, id);
    RulePatch patch = new RulePatch(loaded);
    patch.pinNumbers();
    RuleRequest.Action action = wanted.action();
    String sql = wanted.rawsql() == null ? rule.sql() : wanted.rawsql();
    if (action != null && !section(action.name()).equals(rule.place().section())) {
      patch.takeOut(rule);
      boolean enabled = wanted.enabled() == null ? patch.isOn(rule) : wanted.enabled();
      patch.put(id, action, sql, enabled);
      return patch.patch();
    }
    Map<String, Object> fields = patch.section(rule.place()).fields(number(rule.place()));
    if (wanted.rawsql() != null) {
      fields.put("sql", sql);
      patch.dropSharedQuery(rule);
    }
    if (wanted.enabled() != null) {
      fields.put("enable", wanted.enabled());
    }
    if (action != null) {
      requireSecret(rule.place().section(), fields, Objects.requireNonNull(action.params()));
      patch.params(rule.place().section(), action, fields);
    }
    return patch.patch();
  }

  /** A rule fewer; one that a document has not is no mistake. */
  static ConfPatch remove(LoadedConf loaded, int id) {
    RulePatch patch = new RulePatch(loaded);
    find(loaded, id)
        .ifPresent(
            rule -> {
              patch.pinNumbers();
              patch.takeOut(rule);
            });
    return patch.patch();
  }

  private static Rule require(LoadedConf loaded, int id) {
    return find(loaded, id).orElseThrow(() -> unknown(id));
  }

  static ApiException unknown(int id) {
    return new ApiException(
        400, ResultCode.MISSING_KEY_REQUEST_PARAMETERS, "There is no rule " + id);
  }

  private static String number(Place place) {
    return place.captures().get(place.captures().size() - 1);
  }

  private static String section(String action) {
    String section = SECTIONS.get(action);
    if (section == null) {
      throw new ApiException(
          400,
          ResultCode.PLUGIN_IS_CLOSED,
          "Unknown action " + action + ": repub, sqlite, webhook or mysql");
    }
    return section;
  }

  /** Whether the rule itself is switched on, whatever its kind is. */
  private boolean isOn(Rule rule) {
    return loaded.values().bool(rule.place().section() + "enable", rule.place().names());
  }

  private RuleSection section(Place place) {
    List<String> names = place.captures().subList(0, place.captures().size() - 1);
    return sections.computeIfAbsent(place.section() + names, key -> RuleSection.of(loaded, place));
  }

  /** Numbers that were given in order would be others without a rule in front. */
  private void pinNumbers() {
    for (Rule rule : rules(loaded)) {
      section(rule.place()).fields(number(rule.place())).put("id", (long) rule.id());
    }
  }

  private void takeOut(Rule rule) {
    section(rule.place()).remove(number(rule.place()));
    dropSharedQuery(rule);
  }

  /** A query that stands under the number alone goes with the last rule that has it. */
  private void dropSharedQuery(Rule rule) {
    Place place = rule.place();
    boolean isShared = !place.sqlKey().startsWith(place.section());
    boolean isLast =
        rules(loaded).stream()
            .noneMatch(
                other ->
                    other.id() != rule.id()
                        && other.place().sqlKey().equals(place.sqlKey())
                        && other.place().captures().equals(place.captures()));
    if (isShared && isLast) {
      more.add(ConfEdit.remove(place.sqlKey(), number(place)));
    }
  }

  private void put(int id, RuleRequest.Action action, String sql, @Nullable Boolean on) {
    String section = section(action.name());
    Map<String, Object> fields =
        sections
            .computeIfAbsent(section + "[]", key -> new RuleSection(loaded, section, List.of()))
            .add(id);
    fields.put("id", (long) id);
    fields.put("sql", sql);
    if (Boolean.FALSE.equals(on)) {
      fields.put("enable", false);
    }
    params(section, action, fields);
  }

  private void params(String section, RuleRequest.Action action, Map<String, Object> fields) {
    Map<String, Object> params = Objects.requireNonNull(action.params());
    params.forEach(
        (name, value) -> {
          String field = name.equals("address") ? "server" : name;
          if (!isShownFor(fields.get(field), value)) {
            fields.put(field, value(section + field, name, value));
          }
        });
  }

  /** An address that comes back as it was shown, without its password, stays as it is. */
  private static boolean isShownFor(@Nullable Object was, Object value) {
    return was instanceof String address
        && !address.equals(value)
        && ConfProblem.withoutCredentials(address).equals(value);
  }

  /** The password that is kept was given for the address that is kept, and goes to no other one. */
  private static void requireSecret(
      String section, Map<String, Object> fields, Map<String, Object> params) {
    boolean isKept = fields.containsKey("password") && !params.containsKey("password");
    params.forEach(
        (name, value) -> {
          String field = name.equals("address") ? "server" : name;
          if (isKept && isElsewhere(section + field, value, fields.get(field))) {
            throw ApiException.badParameter(
                "The field params." + name + " is another address: params.password is missing");
          }
        });
  }

  /** Another address, or one that is no longer proved by TLS. */
  private static boolean isElsewhere(String id, Object value, @Nullable Object was) {
    ConfKey key =
        KeyTable.get().keys().stream()
            .filter(each -> each.id().equals(id) && !each.placeOf().isEmpty())
            .findFirst()
            .orElse(null);
    if (key == null) {
      return false;
    }
    Object before = was == null && key.type() == ConfType.BOOL ? ConfValues.defaultOf(key) : was;
    boolean isSame = String.valueOf(value).equals(String.valueOf(before));
    return !isSame && (key.type() != ConfType.BOOL || Boolean.TRUE.equals(before));
  }

  private static Object value(String id, String name, Object value) {
    ConfKey key =
        KeyTable.get().keys().stream()
            .filter(each -> each.id().equals(id) && !OWN.contains(name))
            .findFirst()
            .orElseThrow(
                () -> ApiException.badParameter("Unknown parameter of the action: " + name));
    try {
      return key.type().parse(String.valueOf(value), Syntax.HOCON);
    } catch (ConfValueException e) {
      throw ApiException.badParameter(
          "The field params." + name + " " + e.reason() + ": " + e.expected());
    }
  }

  private ConfPatch patch() {
    List<ConfEdit> edits = new ArrayList<>();
    sections.values().forEach(section -> edits.addAll(section.edits()));
    edits.addAll(more);
    return new ConfPatch(edits, Map.of());
  }
}
