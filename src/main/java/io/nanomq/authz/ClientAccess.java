package io.nanomq.authz;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do. Verdicts about topics are kept for as long as the policy is the one they
 * were decided by: the topic of the last PUBLISH costs a comparison.
 */
@LoopConfined
public final class ClientAccess {
  private final LoopAccess loop;
  private final AccessRoom room;
  private AccessClient client;
  private AccessPolicy policy;
  private @Nullable TopicName last;
  private AccessVerdict lastVerdict = AccessVerdict.OPEN;
  private @Nullable TopicVerdicts published;
  private @Nullable TopicVerdicts read;

  /**
   * @param room what is kept of verdicts is taken from
   * @param clientId whose it is, of whom nothing else is known yet
   */
  public ClientAccess(LoopAccess loop, AccessRoom room, String clientId) {
    this.loop = loop;
    this.room = room;
    this.client = AccessClient.of(clientId, null, null);
    this.policy = loop.policy();
  }

  /** Somebody is served now who may be another one. */
  public void belongTo(AccessClient served) {
    forget();
    client = served;
    if (served.own() != null) {
      loop.restrict();
    }
  }

  /**
   * Whether it may publish there; what it may not is counted and told. May be asked when the
   * session is over, for its will.
   */
  public boolean mayPublish(TopicName topic) {
    if (loop.isOpen()) {
      return true;
    }
    boolean isKnown = topic == last && policy == loop.policy();
    AccessVerdict verdict = isKnown ? lastVerdict : look(topic);
    if (!verdict.allowed()) {
      loop.denied(client, AccessAction.PUBLISH, topic.text(), verdict);
    }
    return verdict.allowed();
  }

  /** It has published where only the broker does. */
  public void deniedBrokersOwn(TopicName topic) {
    loop.denied(client, AccessAction.PUBLISH, topic.text(), AccessVerdict.BROKERS_OWN);
  }

  private AccessVerdict look(TopicName topic) {
    refresh();
    TopicVerdicts known = published == null ? verdicts() : published;
    published = known;
    AccessVerdict verdict = known.find(topic);
    if (verdict == null) {
      verdict = loop.decide(client, AccessAction.PUBLISH, topic.text());
      if (!known.add(topic, verdict)) {
        return verdict;
      }
    }
    last = topic;
    lastVerdict = verdict;
    return verdict;
  }

  /** Whether a message of that topic may be sent to it. */
  public boolean mayRead(TopicName topic) {
    if (loop.isOpen()) {
      return true;
    }
    refresh();
    TopicVerdicts known = read == null ? verdicts() : read;
    read = known;
    AccessVerdict verdict = known.find(topic);
    if (verdict == null) {
      verdict = loop.decide(client, AccessAction.SUBSCRIBE, topic.text());
      known.add(topic, verdict);
    }
    return verdict.allowed();
  }

  private TopicVerdicts verdicts() {
    return new TopicVerdicts(policy.topicsKept(), room);
  }

  /**
   * Whether it may subscribe; where not, that is counted and told.
   *
   * @param filter a legal one, {@code $share/group/} included
   */
  public AccessVerdict subscribe(String filter) {
    AccessVerdict verdict = loop.decide(client, AccessAction.SUBSCRIBE, filter);
    if (!verdict.allowed()) {
      loop.denied(client, AccessAction.SUBSCRIBE, filter, verdict);
    }
    return verdict;
  }

  private void refresh() {
    if (policy != loop.policy()) {
      forget();
      policy = loop.policy();
    }
  }

  /** Forgets what was decided, and gives back what that took. */
  private void forget() {
    if (published != null) {
      published.close();
    }
    if (read != null) {
      read.close();
    }
    published = null;
    read = null;
    last = null;
  }
}
