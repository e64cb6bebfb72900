package io.nanomq.config;

import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.model.AclBinder;
import io.nanomq.config.model.AclConf;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with access rules as a whole. */
final class AclCheck {
  private static final String RULES = "auth.acl.rules.";
  private static final String SETS = "auth.acl_sets.";

  private final NanomqConf conf;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  AclCheck(NanomqConf conf, ConfValues values) {
    this.conf = conf;
    this.values = values;
  }

  List<ConfProblem> problems() {
    permits(RULES);
    for (String set : values.names(SETS)) {
      permits(SETS + KeyMatch.quoted(set) + ".rules.");
    }
    AclBinder.sets(values).forEach(this::set);
    denyNothing();
    return problems;
  }

  private void permits(String rules) {
    for (String number : values.names(rules)) {
      List<ConfEntry> rule = values.below(rules + number + ".");
      if (rule.stream().noneMatch(e -> e.path().equals(rules + number + ".permit"))) {
        ConfOrigin origin = rule.isEmpty() ? ConfOrigin.DEFAULT : rule.get(0).origin();
        problems.add(
            ConfProblem.at(
                origin, "", "is part of a rule without permit", "permit = allow or deny"));
      }
    }
  }

  private void set(String listener, String set) {
    if (!AclBinder.isSet(values, set)) {
      problems.add(
          ConfProblem.at(
              origin(listener),
              set,
              "names a set of access rules that is not there",
              SETS + set + " as well"));
    }
  }

  private ConfOrigin origin(String listener) {
    for (String path : List.of(listener, listener.replaceFirst("\\..*", ""))) {
      ConfEntry entry = values.given().get("listeners." + path + ".auth.acl");
      if (entry != null) {
        return entry.origin();
      }
    }
    return ConfOrigin.DEFAULT;
  }

  /** Who writes nothing but permissions may believe that all the rest is denied. */
  private void denyNothing() {
    AclConf acl = conf.auth().acl();
    boolean saysSo = values.isGiven("auth.no_match") || values.isGiven("acl_nomatch");
    boolean onlyAllows = acl.rules().stream().allMatch(AclRuleConf::allow);
    boolean endsOpen = acl.rules().stream().anyMatch(AclRuleConf::allowsAll);
    if (!acl.rules().isEmpty() && onlyAllows && !endsOpen && acl.noMatchAllows() && !saysSo) {
      AclRuleConf first = acl.rules().get(0);
      problems.add(
          new ConfProblem(
              ConfProblem.Severity.WARNING,
              first.source(),
              first.line(),
              0,
              "auth.acl.rules",
              "",
              "allow what is allowed anyway: no_match is allow",
              "no_match = deny as well"));
    }
  }
}
