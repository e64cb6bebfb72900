package io.nanomq.config.model;

import io.nanomq.config.setting.AclRuleText;
import java.util.ArrayList;
import java.util.List;

/** Rules that tests write down as key=value files have them, one a line. */
public final class AclRules {
  private AclRules() {}

  public static List<AclRuleConf> of(String source, String... json) throws Exception {
    List<AclRuleConf> rules = new ArrayList<>();
    for (String line : json) {
      for (AclRuleConf rule : AclBinder.bind(AclRuleText.values(line))) {
        rules.add(rule.at(source, rules.size() + 1));
      }
    }
    return rules;
  }
}
