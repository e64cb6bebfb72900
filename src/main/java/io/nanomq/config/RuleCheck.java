package io.nanomq.config;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.ListElement;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.QueryException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether rules are queries, and their results have a place. Also those that are switched off. */
final class RuleCheck {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^{}]+}");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final Pattern TABLE =
      Pattern.compile(IDENTIFIER.pattern() + "(\\." + IDENTIFIER.pattern() + ")?");
  private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_.$-]{1,64}");
  private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):\\d+");
  private static final String SHARED_QUERY = "rule.event.publish.<n>.sql";
  private static final String NAMES = "letters, digits and _";

  private final RulesConf conf;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();
  private final Set<String> connections = new HashSet<>();

  RuleCheck(RulesConf conf, ConfValues values) {
    this.conf = conf;
    this.values = values;
  }

  List<ConfProblem> problems() {
    Map<Integer, RulesConf.Rule> byId = new HashMap<>();
    for (RulesConf.Rule rule : conf.rules()) {
      if (byId.put(rule.id(), rule) != null) {
        error(rule, "id", "is the number of another rule", "one of its own");
      }
      Query query = query(rule);
      if (rule.sink().isBroker()) {
        topic(rule);
      } else if (rule.sink().isWeb()) {
        web(rule);
      } else {
        database(rule, query);
      }
    }
    if (conf.rules().size() > RulesConf.MAX_RULES) {
      RulesConf.Rule first = conf.rules().get(RulesConf.MAX_RULES);
      error(first, null, "is one rule too many", RulesConf.MAX_RULES + " rules at most");
    }
    sinks();
    queriesOfNobody();
    return problems;
  }

  private void sinks() {
    Set<Object> known = new HashSet<>();
    for (RulesConf.Rule rule : conf.rules()) {
      boolean isPool = !rule.sink().isBroker();
      boolean isNew = isPool && known.add(rule.sink().isWeb() ? rule.target() : rule.sink());
      if (isNew && known.size() == RulesConf.MAX_SINKS + 1) {
        String reason = "is of one data base or web server too many";
        error(rule, null, reason, RulesConf.MAX_SINKS + " at most, for any number of rules");
      }
    }
  }

  private @Nullable Query query(RulesConf.Rule rule) {
    if (rule.sql().isEmpty()) {
      error(rule, null, "is part of a rule without query", "sql as well");
      return null;
    }
    try {
      return Query.parse(rule.sql());
    } catch (QueryException e) {
      String reason = "is no query: at character " + e.column() + ", " + e.reason();
      problems.add(
          ConfValidator.at(
              values,
              rule.place().sqlKey(),
              reason,
              "SELECT ... FROM \"filter\" WHERE ...",
              rule.place().names()));
      return null;
    }
  }

  private void topic(RulesConf.Rule rule) {
    String around = PLACEHOLDER.matcher(rule.target()).replaceAll("x");
    boolean isOwn = around.startsWith("$SYS") || around.startsWith("$nanomq/");
    if (rule.target().isEmpty()) {
      error(rule, null, "is part of a rule without topic", "topic as well");
    } else if (around.indexOf('+') >= 0
        || !ListElement.isFilter(around)
        || around.indexOf('#') >= 0
        || around.contains("${")
        || isOwn) {
      error(rule, "topic", "is no topic to publish to", "a topic such as a/${clientid}");
    }
  }

  private void web(RulesConf.Rule rule) {
    if (rule.target().isEmpty()) {
      error(rule, null, "is part of a rule without address", "url as well");
    } else if (!isAddress(rule.target())) {
      error(rule, "url", "is no address", "http://host:port/path");
    }
  }

  private static boolean isAddress(String url) {
    try {
      return URI.create(url).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void database(RulesConf.Rule rule, @Nullable Query query) {
    boolean isFile = rule.sink().kind().equals("sqlite");
    if (rule.target().isEmpty()) {
      error(rule, null, "is part of a rule without table", "table as well");
    } else if (!TABLE.matcher(rule.target()).matches()) {
      error(rule, "table", "is no name of a table", NAMES);
    }
    if (isFile && !isPlainFile(rule.sink().address())) {
      error(rule, null, "is part of a rule without a file to write to", "rules.sqlite.path");
    } else if (!isFile && !HOST.matcher(rule.sink().address()).matches()) {
      error(rule, null, "is part of a rule with a host that is none", "the name of a host");
    } else if (!isFile && !DATABASE.matcher(rule.sink().database()).matches()) {
      error(rule, null, "is part of a rule without data base", "the name of a data base");
    }
    if (!isFile) {
      tls(rule.place());
    }
    for (String column : query == null ? List.<String>of() : query.names()) {
      if (!IDENTIFIER.matcher(column).matches()) {
        String reason = "has a column that no table can have: " + column;
        problems.add(
            ConfValidator.at(
                values, rule.place().sqlKey(), reason, "AS with " + NAMES, rule.place().names()));
      }
    }
  }

  /** What restricts, and would not be carried out; told once for all rules of a connection. */
  private void tls(RulesConf.Place place) {
    boolean isNamed = place.section().contains("<name>");
    String section = place.section();
    String ssl =
        isNamed ? section.replace(".<name>.rules.<n>.", ".<name>.conn.ssl.") : section + "ssl.";
    String capture = place.captures().get(0);
    if (!connections.add(ssl + capture)) {
      return;
    }
    for (String name : List.of("cacertfile", "verify_peer")) {
      if (values.isGiven(ssl + name, capture) && !values.isGiven(ssl + "enable", capture)) {
        String reason = "is not carried out without TLS";
        problems.add(ConfValidator.at(values, ssl + name, reason, "ssl.enable as well", capture));
      }
    }
    boolean isOff = !values.bool(ssl + "verify_peer", capture);
    if (isOff && values.isGiven(ssl + "cacertfile", capture)) {
      String reason = "is nothing that a certificate is held against";
      ConfProblem problem =
          ConfValidator.at(values, ssl + "cacertfile", reason, "verify_peer = true", capture);
      problems.add(problem.asWarning());
    }
  }

  /**
   * The driver takes other texts for more than a path, and fetches what {@code :resource:} names.
   */
  private static boolean isPlainFile(String path) {
    return !path.isEmpty()
        && path.indexOf('?') < 0
        && !path.startsWith(":")
        && !path.toLowerCase(Locale.ROOT).startsWith("file:");
  }

  /** A number that no rule has is a mistake. */
  private void queriesOfNobody() {
    ConfKey shared = KeyTable.get().byId(SHARED_QUERY);
    for (ConfEntry entry : values.below("rule.event.publish.")) {
      boolean isUsed =
          conf.rules().stream()
              .anyMatch(
                  rule ->
                      rule.place().sqlKey().equals(SHARED_QUERY)
                          && entry.path().equals(KeyMatch.path(shared, rule.place().captures())));
      if (!isUsed) {
        problems.add(
            ConfProblem.at(
                entry.origin(),
                ConfProblem.shown(entry.key(), entry.raw()),
                "is the query of no rule",
                "rule.repub, rule.sqlite or rule.mysql of the same number, without query"));
      }
    }
  }

  /**
   * @param name of the key that is wrong; null = whichever the rule has
   */
  private void error(RulesConf.Rule rule, @Nullable String name, String reason, String expected) {
    RulesConf.Place place = rule.place();
    if (name != null && values.isGiven(place.section() + name, place.names())) {
      problems.add(
          ConfValidator.at(values, place.section() + name, reason, expected, place.names()));
      return;
    }
    String path = KeyMatch.fill(place.section() + "x", place.captures(), true);
    String prefix = path.substring(0, path.length() - 1);
    ConfEntry entry = values.below(prefix).stream().findFirst().orElse(null);
    problems.add(
        entry == null
            ? ConfProblem.of("default", prefix, "", reason, expected)
            : ConfProblem.at(entry.origin(), "", reason, expected));
  }
}
