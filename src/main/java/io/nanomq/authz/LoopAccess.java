package io.nanomq.authz;

import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.TopicName;

/** What is in force on one loop, and what has come of it there. */
@LoopConfined
public final class LoopAccess {
  /** As many rules are looked at in one unit of a turn's work. */
  private static final int RULES_PER_UNIT = 2;

  private final LoopContext loop;
  private final LoopEvents events;
  private final DenialLog denials;
  private AccessPolicy policy = AccessPolicy.OPEN;
  // Whether anybody has come with rules of its own, which hold whatever is configured.
  private boolean hasOwnRules;
  private boolean open = true;

  public LoopAccess(LoopContext loop, LoopEvents events) {
    this.loop = loop;
    this.events = events;
    this.denials = new DenialLog(loop, events);
  }

  /** Whether everybody may do everything: then nobody needs to be asked about. */
  public boolean isOpen() {
    return open;
  }

  public AccessPolicy policy() {
    return policy;
  }

  /** Puts a policy in force: what was decided by the one before counts no more. */
  public void apply(AccessPolicy next) {
    policy = next;
    open = next.isOpen() && !hasOwnRules;
  }

  /** Somebody has come who may not do everything, whatever the policy is. */
  void restrict() {
    hasOwnRules = true;
    open = false;
  }

  /** Decides, and counts it. */
  AccessVerdict decide(AccessClient client, AccessAction action, String topic) {
    AccessRules rules = policy.rulesOf(client);
    loop.budget().spend(1 + rules.candidates(client) / RULES_PER_UNIT);
    AccessVerdict verdict = policy.decide(client, action, topic);
    if (verdict.allowed()) {
      loop.counters().allow(verdict.reason());
    }
    return verdict;
  }

  /** Whether somebody who has no session yet may publish there; where not, that is told. */
  public boolean mayPublish(AccessClient client, TopicName topic) {
    if (open && client.own() == null) {
      return true;
    }
    AccessVerdict verdict = decide(client, AccessAction.PUBLISH, topic.text());
    if (!verdict.allowed()) {
      denied(client, AccessAction.PUBLISH, topic.text(), verdict);
    }
    return verdict.allowed();
  }

  /** A client did what it may not: that is counted, and told. */
  public void denied(
      AccessClient client, AccessAction action, String topic, AccessVerdict verdict) {
    loop.counters().deny(verdict.reason());
    denials.add(client, action, topic, verdict);
    if (action == AccessAction.PUBLISH) {
      // A message that nobody gets; those who get no reason code must find it somewhere, too.
      events.dropped(client.clientId(), DropReason.NOT_AUTHORIZED);
    }
  }
}
