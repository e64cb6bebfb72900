package io.nanomq.config.model;

import java.util.List;

/**
 * One access rule, as it was written.
 *
 * @param allow whether what matches is allowed
 * @param publish whether the rule is about publishing
 * @param subscribe whether the rule is about subscribing
 * @param topics filters that it is about, with placeholders; empty = every topic
 * @param clients who it is about
 * @param source the file that it stands in, or what it came with
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

  /**
   * A rule that came with a client's own credentials, and so is about that client.
   *
   * @param source what it came with, such as {@code JWT}
   */
  public static AclRuleConf own(
      boolean allow, boolean publish, boolean subscribe, List<String> topics, String source) {
    return new AclRuleConf(allow, publish, subscribe, topics, AclClients.EVERYBODY, source, 0);
  }

  /** {@code nanomq_acl.conf:12}, or the source alone where there are no lines. */
  public String where() {
    return line == 0 ? source : source + ":" + line;
  }

  /** What it says, in few words. */
  public String text() {
    String action = publish && subscribe ? "pubsub" : publish ? "publish" : "subscribe";
    String about = topics.isEmpty() ? "every topic" : String.join(", ", topics);
    return (allow ? "allow " : "deny ") + clients.text() + " " + action + " " + about;
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
