package io.nanomq.authz;

import io.nanomq.config.model.AclClients;
import io.nanomq.config.model.AclRuleConf;
import java.util.List;

/**
 * One access rule, as it was written.
 *
 * @param allow whether what it is about is allowed
 * @param publish whether it is about publishing
 * @param subscribe whether it is about subscribing
 * @param topics filters that it is about, with placeholders; empty = every topic
 * @param clients who it is about
 * @param source the file that it stands in, or what it came with
 * @param line its line there from 1; 0 = there are no lines
 */
public record AccessRule(
    boolean allow,
    boolean publish,
    boolean subscribe,
    List<String> topics,
    AclClients clients,
    String source,
    int line) {

  public AccessRule {
    topics = List.copyOf(topics);
  }

  public static AccessRule of(AclRuleConf conf) {
    return new AccessRule(
        conf.allow(),
        conf.publish(),
        conf.subscribe(),
        conf.topics(),
        conf.clients(),
        conf.source(),
        conf.line());
  }

  /**
   * A rule that came with a client's own credentials, and so is about that client.
   *
   * @param source what it came with, such as {@code JWT}
   */
  public static AccessRule own(
      boolean allow, boolean publish, boolean subscribe, List<String> topics, String source) {
    return new AccessRule(allow, publish, subscribe, topics, AclClients.EVERYBODY, source, 0);
  }

  boolean isAbout(AccessAction action) {
    return action == AccessAction.PUBLISH ? publish : subscribe;
  }

  /** {@code nanomq_acl.conf:12}, or the source alone where there are no lines. */
  public String where() {
    return line == 0 ? source : source + ":" + line;
  }

  /** What it says, in few words. */
  public String text() {
    String action = publish && subscribe ? "pubsub" : publish ? "publish" : "subscribe";
    String about = topics.isEmpty() ? "every topic" : String.join(", ", topics);
    return (allow ? "allow " : "deny ") + RuleClients.text(clients) + " " + action + " " + about;
  }
}
