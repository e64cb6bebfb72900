package io.nanomq.authz;

import io.nanomq.authz.RuleTopic.Relation;
import io.nanomq.config.model.AclClients.Field;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.packet.AccessAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules in their order: the first that is about a client, what it does and the topic decides, and
 * {@code no_match} where none is. Those about one user or one client are found by its name.
 * Immutable, for any thread.
 *
 * <p>A filter is allowed where a rule decides about all its topics and no earlier one denies any of
 * them. A rule that names the very filter decides about it alone: what earlier ones deny of it is
 * held back message by message ({@link AccessVerdict#partial}).
 */
public final class AccessRules {
  private static final CompiledAccessRule[] NONE = {};

  private final boolean noMatchAllows;
  private final int size;
  private final CompiledAccessRule[] general;
  private final Map<String, CompiledAccessRule[]> byUser;
  private final Map<String, CompiledAccessRule[]> byClient;

  /**
   * @param noMatchAllows what no rule is about: allowed or denied
   */
  public AccessRules(List<AclRuleConf> rules, boolean noMatchAllows) {
    this.noMatchAllows = noMatchAllows;
    this.size = rules.size();
    List<CompiledAccessRule> others = new ArrayList<>();
    Map<String, List<CompiledAccessRule>> users = new HashMap<>();
    Map<String, List<CompiledAccessRule>> clients = new HashMap<>();
    for (int i = 0; i < size; i++) {
      AclRuleConf rule = rules.get(i);
      String user = RuleClients.required(rule.clients(), Field.USERNAME);
      String client = RuleClients.required(rule.clients(), Field.CLIENTID);
      List<CompiledAccessRule> list =
          user != null
              ? users.computeIfAbsent(user, u -> new ArrayList<>())
              : client != null ? clients.computeIfAbsent(client, c -> new ArrayList<>()) : others;
      list.add(new CompiledAccessRule(i, rule));
    }
    general = others.toArray(NONE);
    byUser = arrays(users);
    byClient = arrays(clients);
  }

  private static Map<String, CompiledAccessRule[]> arrays(
      Map<String, List<CompiledAccessRule>> lists) {
    Map<String, CompiledAccessRule[]> arrays = new HashMap<>();
    lists.forEach((name, rules) -> arrays.put(name, rules.toArray(NONE)));
    return arrays;
  }

  public int size() {
    return size;
  }

  /** Whether everybody may do everything. */
  public boolean isOpen() {
    return size == 0 && noMatchAllows;
  }

  /** How many rules are looked at for that client at most. */
  public int candidates(AccessClient client) {
    return general.length + byUser(client).length + byClient(client).length;
  }

  /**
   * Decides about a topic or a filter.
   *
   * @param topic a legal topic name, or to subscribe a legal filter without {@code $share/group/}
   */
  public AccessVerdict decide(AccessClient client, AccessAction action, String topic) {
    AccessVerdict verdict = decided(client, action, RuleTopic.levels(topic));
    if (verdict != null) {
      return verdict;
    }
    return noMatch();
  }

  /** What is said where no rule is about it. */
  AccessVerdict noMatch() {
    return noMatchAllows ? AccessVerdict.NO_MATCH_ALLOWED : AccessVerdict.NO_MATCH_DENIED;
  }

  /** As {@link #decide}; null where no rule decides. */
  @Nullable AccessVerdict decided(AccessClient client, AccessAction action, String[] levels) {
    CompiledAccessRule[][] lists = {general, byUser(client), byClient(client)};
    int[] next = new int[lists.length];
    CompiledAccessRule denied = null;
    for (CompiledAccessRule rule = next(lists, next); rule != null; rule = next(lists, next)) {
      Relation relation = rule.to(client, action, levels);
      if (relation == Relation.NAMES) {
        return denied == null ? rule.verdict : rule.partly;
      }
      if (relation == Relation.COVERS) {
        return denied == null ? rule.verdict : denied.verdict;
      }
      if (relation == Relation.OVERLAPS && denied == null && !rule.rule.allow()) {
        denied = rule;
      }
    }
    return denied == null ? null : denied.verdict;
  }

  private CompiledAccessRule[] byUser(AccessClient client) {
    String user = client.username();
    return user == null ? NONE : byUser.getOrDefault(user, NONE);
  }

  private CompiledAccessRule[] byClient(AccessClient client) {
    return byClient.getOrDefault(client.clientId(), NONE);
  }

  /** The one with the lowest number of those that were not taken; null = there is none. */
  private static @Nullable CompiledAccessRule next(CompiledAccessRule[][] lists, int[] next) {
    int from = -1;
    for (int i = 0; i < lists.length; i++) {
      if (next[i] < lists[i].length
          && (from < 0 || lists[i][next[i]].number < lists[from][next[from]].number)) {
        from = i;
      }
    }
    return from < 0 ? null : lists[from][next[from]++];
  }
}
