package io.nanomq.authz;

import io.nanomq.backend.BackendAnswer;
import io.nanomq.backend.HttpBackend;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.AclConf;
import io.nanomq.packet.AccessAction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in force: the rules of all, and those of listeners that have their own. Immutable, for
 * any thread.
 *
 * @param rules for whoever comes by a listener without rules of its own
 * @param byListener rules of listeners, by name
 * @param conf what it was made from
 * @param backEnd the web server that is asked where no rule decides; null = none is
 * @param ignoresAway whether no_match decides where the web server is away, else it is a denial
 */
public record AccessPolicy(
    AccessRules rules,
    Map<String, AccessRules> byListener,
    AclConf conf,
    @Nullable HttpBackend backEnd,
    boolean ignoresAway) {

  /** Everybody may do everything. */
  public static final AccessPolicy OPEN =
      new AccessPolicy(new AccessRules(List.of(), true), Map.of(), AclConf.OPEN, null, false);

  public AccessPolicy {
    byListener = Map.copyOf(byListener);
  }

  public static AccessPolicy of(AclConf conf, @Nullable HttpBackend backEnd, boolean ignoresAway) {
    Map<String, AccessRules> byListener = new HashMap<>();
    conf.listeners()
        .forEach(
            (name, own) -> byListener.put(name, new AccessRules(own.rules(), own.noMatchAllows())));
    return new AccessPolicy(
        new AccessRules(conf.rules(), conf.noMatchAllows()),
        byListener,
        conf,
        backEnd,
        ignoresAway);
  }

  /** Whether a client is disconnected that does what is denied. */
  public boolean disconnects() {
    return conf.disconnectOnDeny();
  }

  /** How many topics a session remembers its verdicts about; 0 = none. */
  int topicsKept() {
    return conf.topicsKept();
  }

  /** Whether everybody may do everything, unless credentials came with rules. */
  public boolean isOpen() {
    return backEnd == null
        && rules.isOpen()
        && byListener.values().stream().allMatch(AccessRules::isOpen);
  }

  /** The rules that are about a client, but for its own. */
  public AccessRules rulesOf(AccessClient client) {
    return byListener.getOrDefault(client.listener(), rules);
  }

  /**
   * Decides; undecided is what no rule decides where a web server is to be asked.
   *
   * @param topic a legal topic name, or to subscribe a legal filter; {@code $share/group/filter} is
   *     judged as {@code filter}
   */
  public AccessVerdict decide(AccessClient client, AccessAction action, String topic) {
    if (client.superuser()) {
      return AccessVerdict.SUPERUSER;
    }
    boolean isShared = action == AccessAction.SUBSCRIBE && TopicRules.isShared(topic);
    String judged = isShared ? topic.substring(TopicRules.sharedFilterStart(topic)) : topic;
    AccessRules own = client.own();
    if (own != null) {
      AccessVerdict verdict = own.decided(client, action, RuleTopic.levels(judged));
      if (verdict != null) {
        return verdict;
      }
    }
    AccessRules all = rulesOf(client);
    AccessVerdict verdict = all.isOpen() ? AccessVerdict.OPEN : all.decide(client, action, judged);
    return backEnd != null && verdict.rule() == null ? AccessVerdict.UNDECIDED : verdict;
  }

  /** What the web server has said. */
  AccessVerdict verdict(AccessClient client, BackendAnswer said) {
    return switch (said) {
      case ALLOW -> AccessVerdict.BACK_END_ALLOWED;
      case DENY -> AccessVerdict.BACK_END_DENIED;
      case AWAY -> ignoresAway ? rulesOf(client).noMatch() : AccessVerdict.BACK_END_AWAY;
    };
  }
}
