package io.nanomq.authz;

import io.nanomq.backend.BackendAnswer;
import io.nanomq.backend.BackendQuestion;
import io.nanomq.backend.ClientFacts;
import io.nanomq.backend.HttpBackend;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.TopicName;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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
  private boolean asks;

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

  /** Whether a web server is asked where no rule decides. */
  public boolean asks() {
    return asks;
  }

  long nowMillis() {
    return loop.nowMillis();
  }

  /** Whether it takes a web server to say if somebody who has no session yet may publish there. */
  public boolean isUndecided(AccessClient client, TopicName topic) {
    return asks() && policy.decide(client, AccessAction.PUBLISH, topic.text()).isUndecided();
  }

  /**
   * Asks the web server.
   *
   * @param facts what it is told of the client
   * @param from whose question it is: these take turns
   * @param isGone whether nobody waits for the answer any more; any thread asks
   * @param then gets the verdict in a task of its own on this loop
   */
  public void ask(
      Asked asked,
      ClientFacts facts,
      Object from,
      BooleanSupplier isGone,
      Consumer<AccessVerdict> then) {
    AccessPolicy now = policy;
    HttpBackend backEnd = now.backEnd();
    Consumer<BackendAnswer> answer =
        said ->
            loop.eventLoop().execute(() -> then.accept(counted(now.verdict(asked.client, said))));
    if (backEnd == null) {
      // It was there when it was found that it had to be asked.
      answer.accept(BackendAnswer.AWAY);
    } else {
      backEnd.ask(BackendQuestion.topic(facts, asked.action, asked.topic, from, isGone), answer);
    }
  }

  /** A question to the web server. */
  public record Asked(AccessClient client, AccessAction action, String topic) {}

  private AccessVerdict counted(AccessVerdict verdict) {
    if (verdict.allowed()) {
      loop.counters().allow(verdict.reason());
    }
    return verdict;
  }

  /** Puts a policy in force: what was decided by the one before counts no more. */
  public void apply(AccessPolicy next) {
    policy = next;
    asks = next.backEnd() != null;
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
    return counted(policy.decide(client, action, topic));
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
