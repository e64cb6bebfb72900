package io.nanomq.config.model;

import java.util.List;

/**
 * One access rule.
 *
 * @param allow whether what matches is allowed
 * @param publish whether the rule is about publishing
 * @param subscribe whether the rule is about subscribing
 * @param topics filters that it is about; empty = every topic
 * @param clients who it is about
 */
public record AclRuleConf(
    boolean allow, boolean publish, boolean subscribe, List<String> topics, AclClients clients) {

  /** What {@code {"permit": "allow"}} says, usually the last one. */
  public static final AclRuleConf ALLOW_ALL =
      new AclRuleConf(true, true, true, List.of(), AclClients.EVERYBODY);

  public AclRuleConf {
    topics = List.copyOf(topics);
  }
}
