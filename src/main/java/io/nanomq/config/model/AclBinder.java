package io.nanomq.config.model;

import io.nanomq.config.key.ConfValueException;
import io.nanomq.config.model.AclClients.Field;
import io.nanomq.config.setting.AclRuleText;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings to access rules; those of key=value are in the order of their numbers, as in NanoMQ. */
final class AclBinder {
  private static final String RULES = "auth.acl.rules.";
  private static final String RULE = RULES + "<n>.";

  private final ConfValues values;

  private AclBinder(ConfValues values) {
    this.values = values;
  }

  static AclConf conf(ConfValues values) {
    boolean formerCounts = values.bool("acl_enable");
    boolean keeps = values.bool("auth.cache.enable");
    return new AclConf(
        bind(values),
        !values.text("auth.no_match").equals("deny")
            && !(formerCounts && values.text("acl_nomatch").equals("deny")),
        values.text("auth.deny_action").equals("disconnect")
            || formerCounts && values.text("acl_deny_action").equals("disconnect"),
        Map.of(),
        keeps ? values.integer("auth.cache.max_size") : 0,
        values.number("auth.cache.ttl"),
        values.text("auth.acl.revoked").equals("disconnect"),
        values.bool("auth.acl.api"));
  }

  static List<AclRuleConf> bind(ConfValues values) {
    AclBinder binder = new AclBinder(values);
    List<AclRuleConf> rules = new ArrayList<>();
    if (values.bool("auth.acl.enable")) {
      values.names(RULES).forEach(number -> rules.add(binder.rule(number)));
    }
    if (values.bool("acl_enable")) {
      values.names("acl.rule.").stream()
          .sorted(Comparator.comparingInt(Integer::parseInt))
          .forEach(number -> rules.addAll(json(values, number)));
    }
    return rules;
  }

  private static List<AclRuleConf> json(ConfValues values, String number) {
    ConfOrigin origin = values.origin("acl.rule.<n>", number);
    try {
      return bind(AclRuleText.values(values.text("acl.rule.<n>", number))).stream()
          .map(rule -> rule.at(origin.source(), origin.line()))
          .toList();
    } catch (ConfValueException e) {
      throw new IllegalArgumentException(e); // it was seen when it was read
    }
  }

  private AclRuleConf rule(String number) {
    String action = values.text(RULE + "action", number);
    ConfOrigin origin = values.origin(RULE + "permit", number);
    return new AclRuleConf(
        values.text(RULE + "permit", number).equals("allow"),
        !action.equals("subscribe"),
        !action.equals("publish"),
        values.list(RULE + "topics", number),
        clients(RULE, RULES + number + ".", List.of(number)),
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
      List<String> inner = new ArrayList<>(captures);
      inner.add(number);
      members.add(clients(base + word + ".<n>.", path + word + "." + number + ".", inner));
    }
    return members;
  }
}
