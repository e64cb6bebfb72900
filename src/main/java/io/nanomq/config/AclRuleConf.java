package io.nanomq.config;

import java.util.List;

/**
 * One access rule.
 *
 * @param allow whether what matches is allowed
 * @param publish whether the rule is about publishing
 * @param subscribe whether the rule is about subscribing
 * @param topics filters that it is about; empty = every topic
 * @param clients who it is about; empty = everybody
 * @param anyClient whether one of {@code clients} is enough ({@code or}), else all must match
 */
public record AclRuleConf(
    boolean allow,
    boolean publish,
    boolean subscribe,
    List<String> topics,
    List<Who> clients,
    boolean anyClient) {

  public AclRuleConf {
    topics = List.copyOf(topics);
    clients = List.copyOf(clients);
  }

  /**
   * What a client is known by.
   *
   * @param field {@code username}, {@code clientid} or {@code ipaddr}
   * @param value the value to match
   */
  public record Who(String field, String value) {}
}
