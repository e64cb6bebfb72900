package io.nanomq.authn;

import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.AclRuleConf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access rules that a token brings: {@code {"pub": [filters], "sub": [filters], "all": [filters]}},
 * or a list of {@code {"permit": "allow", "action": "publish", "topics": [filters]}} (also {@code
 * permission} and {@code topic}). Rules that only allow are all that the client may do.
 */
final class TokenRules {
  /** More belong into the broker's own rules. */
  static final int MAX_RULES = 100;

  private static final String SOURCE = "JWT";
  private static final Set<String> MEMBERS =
      Set.of("permit", "permission", "action", "topics", "topic");

  private final List<AclRuleConf> rules = new ArrayList<>();

  private TokenRules() {}

  /**
   * Reads a claim.
   *
   * @param claim null = the token says nothing
   * @throws IllegalArgumentException where it is not as above
   */
  static List<AclRuleConf> of(@Nullable Object claim) {
    if (claim == null) {
      return List.of();
    }
    TokenRules read = new TokenRules();
    if (claim instanceof Map<?, ?> lists) {
      read.lists(lists);
    } else if (claim instanceof List<?> list) {
      list.forEach(read::rule);
    } else {
      throw new IllegalArgumentException("rules are neither an object nor a list");
    }
    if (read.rules.size() > MAX_RULES) {
      throw new IllegalArgumentException("more than " + MAX_RULES + " rules");
    }
    if (read.rules.stream().allMatch(AclRuleConf::allow)) {
      read.rules.add(AclRuleConf.own(false, true, true, List.of(), SOURCE));
    }
    return read.rules;
  }

  private void lists(Map<?, ?> lists) {
    for (Map.Entry<?, ?> entry : lists.entrySet()) {
      List<String> topics = topics(entry.getValue());
      switch (String.valueOf(entry.getKey())) {
        case "pub" -> add(true, "publish", topics);
        case "sub" -> add(true, "subscribe", topics);
        case "all" -> add(true, "all", topics);
        default -> throw new IllegalArgumentException("no such list: " + entry.getKey());
      }
    }
  }

  private void rule(@Nullable Object one) {
    if (!(one instanceof Map<?, ?> rule)) {
      throw new IllegalArgumentException("a rule is no object");
    }
    if (!MEMBERS.containsAll(rule.keySet())) {
      // It may say for what QoS or whom it is: without that it would allow more than was meant.
      throw new IllegalArgumentException("a rule has a member that is none of " + MEMBERS);
    }
    String permit = text(rule, "permit", "permission", "");
    if (!permit.equals("allow") && !permit.equals("deny")) {
      throw new IllegalArgumentException("a rule neither allows nor denies");
    }
    Object topics = rule.containsKey("topics") ? rule.get("topics") : rule.get("topic");
    List<String> filters = topics(topics);
    add(permit.equals("allow"), text(rule, "action", "action", "all"), filters);
  }

  private static String text(Map<?, ?> rule, String name, String other, String usual) {
    Object value = rule.containsKey(name) ? rule.get(name) : rule.get(other);
    return value == null ? usual : String.valueOf(value);
  }

  /** A rule about no topic says nothing, and must not be one about all. */
  private static List<String> topics(@Nullable Object value) {
    List<String> topics = new ArrayList<>();
    for (Object topic : value instanceof List<?> list ? list : listOf(value)) {
      if (!(topic instanceof String text) || !TopicRules.isValidFilter(text)) {
        throw new IllegalArgumentException("a topic is no filter");
      }
      topics.add(text);
    }
    return topics;
  }

  private static List<?> listOf(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("a rule has no topic");
    }
    return List.of(value);
  }

  private void add(boolean allow, String action, List<String> topics) {
    boolean all = action.equals("all") || action.equals("pubsub");
    if (!all && !action.equals("publish") && !action.equals("subscribe")) {
      throw new IllegalArgumentException("no such action: " + action);
    }
    if (!topics.isEmpty()) {
      boolean publish = all || action.equals("publish");
      boolean subscribe = all || action.equals("subscribe");
      rules.add(AclRuleConf.own(allow, publish, subscribe, topics, SOURCE));
    }
  }
}
