package io.nanomq.authz;

import io.nanomq.authz.RuleTopic.Relation;
import io.nanomq.config.model.AclRuleConf;
import io.nanomq.packet.AccessAction;
import java.util.List;
import java.util.function.Predicate;

/** A rule, made ready to be asked. Immutable. */
final class CompiledAccessRule {
  /** Where it stands among the others. */
  final int number;

  final AclRuleConf rule;

  /** What it says about a topic, or about a filter of which nothing is denied. */
  final AccessVerdict verdict;

  /** What it says about a filter that it names, of which an earlier rule denies something. */
  final AccessVerdict partly;

  private final Predicate<AccessClient> clients;
  private final List<RuleTopic> topics;

  CompiledAccessRule(int number, AclRuleConf rule) {
    this.number = number;
    this.rule = rule;
    this.verdict = AccessVerdict.of(rule, false);
    this.partly = rule.allow() ? AccessVerdict.of(rule, true) : verdict;
    this.clients = RuleClients.compile(rule.clients());
    this.topics = rule.topics().stream().map(RuleTopic::new).toList();
  }

  /** How what it is about stands to a topic or filter of that client. */
  Relation to(AccessClient client, AccessAction action, String[] levels) {
    if (!(action == AccessAction.PUBLISH ? rule.publish() : rule.subscribe())) {
      return Relation.DISJOINT;
    }
    Relation closest = topics.isEmpty() ? Relation.COVERS : Relation.DISJOINT;
    for (RuleTopic topic : topics) {
      Relation relation = topic.to(levels, client);
      closest = relation.compareTo(closest) > 0 ? relation : closest;
    }
    return closest == Relation.DISJOINT || clients.test(client) ? closest : Relation.DISJOINT;
  }
}
