package io.nanomq.config.model;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTree;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.AclClients.Field;
import io.nanomq.config.setting.AclRuleText;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings to access rules; those of key=value are in the order of their numbers, as in NanoMQ. */
public final class AclBinder {
  private static final String RULES = "auth.acl.rules.";
  private static final String SETS = "auth.acl_sets.";
  private static final String FORMER_SETS = "acl_set.";

  private final ConfValues values;
  // The rules in the table of keys, in the document, and the names between these.
  private final String rule;
  private final String path;
  private final List<String> names;

  private AclBinder(ConfValues values, String rule, String path, List<String> names) {
    this.values = values;
    this.rule = rule + "<n>.";
    this.path = path;
    this.names = names;
  }

  static AclConf conf(ConfValues values) {
    boolean formerCounts = values.bool("acl_enable");
    boolean keeps = values.bool("auth.cache.enable");
    boolean noMatchAllows =
        !values.text("auth.no_match").equals("deny")
            && !(formerCounts && values.text("acl_nomatch").equals("deny"));
    return new AclConf(
        bind(values),
        noMatchAllows,
        values.text("auth.deny_action").equals("disconnect")
            || formerCounts && values.text("acl_deny_action").equals("disconnect"),
        listeners(values, noMatchAllows),
        keeps ? values.integer("auth.cache.max_size") : 0,
        values.number("auth.cache.ttl"),
        values.text("auth.acl.revoked").equals("disconnect"),
        values.bool("auth.acl.api"));
  }

  static List<AclRuleConf> bind(ConfValues values) {
    List<AclRuleConf> rules = new ArrayList<>();
    if (values.bool("auth.acl.enable")) {
      rules.addAll(new AclBinder(values, RULES, RULES, List.of()).rules());
    }
    if (values.bool("acl_enable")) {
      rules.addAll(json(values, "acl.rule.", "acl.rule.<n>", List.of()));
    }
    return rules;
  }

  /** A listener that names a set that is not there gets nothing but denials. */
  private static Map<String, AclConf.OfListener> listeners(ConfValues values, boolean noMatch) {
    Map<String, AclConf.OfListener> listeners = new HashMap<>();
    sets(values)
        .forEach(
            (listener, set) ->
                listeners.put(
                    listener,
                    isSet(values, set)
                        ? set(values, set, noMatch)
                        : new AclConf.OfListener(List.of(), false)));
    return listeners;
  }

  /** Whether there is a set of that name. */
  public static boolean isSet(ConfValues values, String name) {
    return values.names(SETS).contains(name) || values.names(FORMER_SETS).contains(name);
  }

  /** Names of the sets that listeners have, by name of the listener. */
  public static Map<String, String> sets(ConfValues values) {
    Map<String, String> sets = new HashMap<>();
    for (Transport transport : Transport.values()) {
      String section = transport.section();
      String base = "listeners." + section + ".";
      String own = values.text(base + "auth.acl");
      put(sets, section, own);
      for (String name : ListenerBinder.names(values, transport)) {
        String id = base + "<name>.auth.acl";
        put(sets, section + "." + name, values.isGiven(id, name) ? values.text(id, name) : own);
      }
    }
    return sets;
  }

  private static void put(Map<String, String> sets, String listener, String set) {
    if (!set.isEmpty()) {
      sets.put(listener, set);
    }
  }

  private static AclConf.OfListener set(ConfValues values, String name, boolean noMatchOfAll) {
    String rule = SETS + "<name>.rules.";
    String path = SETS + KeyMatch.quoted(name) + ".rules.";
    List<AclRuleConf> rules =
        new ArrayList<>(new AclBinder(values, rule, path, List.of(name)).rules());
    String former = FORMER_SETS + KeyMatch.quoted(name) + ".rule.";
    rules.addAll(json(values, former, FORMER_SETS + "<name>.rule.<n>", List.of(name)));
    String noMatch = values.text(SETS + "<name>.no_match", name);
    return new AclConf.OfListener(
        rules, noMatch.isEmpty() ? noMatchOfAll : noMatch.equals("allow"));
  }

  private static List<AclRuleConf> json(
      ConfValues values, String path, String id, List<String> names) {
    List<AclRuleConf> rules = new ArrayList<>();
    values
        .numbers(path)
        .forEach(number -> rules.addAll(json(values, id, KeyTree.below(names, number))));
    return rules;
  }

  private static List<AclRuleConf> json(ConfValues values, String id, List<String> captures) {
    String[] all = captures.toArray(String[]::new);
    ConfOrigin origin = values.origin(id, all);
    try {
      return bind(AclRuleText.values(values.text(id, all))).stream()
          .map(rule -> rule.at(origin.source(), origin.line()))
          .toList();
    } catch (ConfValueException e) {
      throw new IllegalArgumentException(e); // it was seen when it was read
    }
  }

  private List<AclRuleConf> rules() {
    return values.names(path).stream().map(this::rule).toList();
  }

  private AclRuleConf rule(String number) {
    List<String> captures = KeyTree.below(names, number);
    String[] all = captures.toArray(String[]::new);
    String action = values.text(rule + "action", all);
    ConfOrigin origin = values.origin(rule + "permit", all);
    return new AclRuleConf(
        values.text(rule + "permit", all).equals("allow"),
        !action.equals("subscribe"),
        !action.equals("publish"),
        values.list(rule + "topics", all),
        clients(rule, path + number + ".", captures),
        origin.source(),
        origin.line());
  }

  /**
   * What stands together in one object must all be true.
   *
   * @param base the object in the table of keys
   * @param path the object in the document
   * @param captures the numbers of {@code path}
   */
  private AclClients clients(String base, String path, List<String> captures) {
    List<AclClients> all = new ArrayList<>();
    for (Field field : Field.values()) {
      String id = base + field.name().toLowerCase(Locale.ROOT);
      String value = values.text(id, captures.toArray(String[]::new));
      if (!value.isEmpty()) {
        all.add(new AclClients.Is(field, value));
      }
    }
    all.addAll(group("and", base, path, captures));
    List<AclClients> any = group("or", base, path, captures);
    if (!any.isEmpty()) {
      all.add(any.size() == 1 ? any.get(0) : new AclClients.AnyOf(any));
    }
    return all.size() == 1 ? all.get(0) : new AclClients.All(all);
  }

  private List<AclClients> group(String word, String base, String path, List<String> captures) {
    List<AclClients> members = new ArrayList<>();
    for (String number : values.names(path + word + ".")) {
      String member = path + word + "." + number + ".";
      members.add(clients(base + word + ".<n>.", member, KeyTree.below(captures, number)));
    }
    return members;
  }
}
