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
 * @param source the file that it stands in, or where else it came from
 * @param line its line there from 1; 0 = there are no lines
 */
public record AclRuleConf(
    boolean allow,
    boolean publish,
    boolean subscribe,
    List<String> topics,
    AclClients clients,
    String source,
    int line) {

  public AclRuleConf {
    topics = List.copyOf(topics);
  }

  /** What {@code {"permit": "allow"}} says, usually the last one. */
  public boolean allowsAll() {
    return allow
        && publish
        && subscribe
        && topics.isEmpty()
        && clients.equals(AclClients.EVERYBODY);
  }

  /** The same rule, written elsewhere. */
  AclRuleConf at(String file, int fileLine) {
    return new AclRuleConf(allow, publish, subscribe, topics, clients, file, fileLine);
  }
}
