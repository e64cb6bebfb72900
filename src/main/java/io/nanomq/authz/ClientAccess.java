package io.nanomq.authz;

import io.nanomq.backend.ClientFacts;
import io.nanomq.codec.TopicRules;
import io.nanomq.loop.LoopConfined;
import io.nanomq.metrics.AccessReason;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
  // Until when what the web server has said counts, on the clock of the loops.
  private long answersUntil = Long.MAX_VALUE;
  // What it has said and is used once: where it is not remembered.
  private Map<String, AccessVerdict> answers = Map.of();

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

  public AccessClient client() {
    return client;
  }

  /**
   * Somebody is served now who may be another one.
   *
   * @return whether each message has to be looked at before it is sent, since it is mounted
   */
  public boolean belongTo(AccessClient served) {
    forget();
    answers = Map.of();
    client = served;
    if (served.own() != null) {
      loop.restrict();
    }
    return isMounted();
  }

  /**
   * Whether it may publish there; what it may not is counted and told. May be asked when the
   * session is over, for its will.
   */
  public boolean mayPublish(TopicName topic) {
    if (loop.isOpen()) {
      return true;
    }
    boolean isKnown = topic == last && isCurrent();
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

  private boolean isCurrent() {
    return policy == loop.policy() && loop.nowMillis() < answersUntil;
  }

  /** Whether {@link #mayPublish} knows the answer without a web server. */
  public boolean isDecided(TopicName topic) {
    if (!loop.asks() || topic == last && isCurrent()) {
      return true;
    }
    refresh();
    boolean isKnown =
        !answers.isEmpty() && answers.containsKey(key(AccessAction.PUBLISH, topic.text()))
            || published != null && published.find(topic) != null;
    return isKnown || !loop.decide(client, AccessAction.PUBLISH, topic.text()).isUndecided();
  }

  /** The same of {@link #subscribe}. */
  public boolean isDecided(String filter) {
    return !loop.asks() || !loop.decide(client, AccessAction.SUBSCRIBE, filter).isUndecided();
  }

  /**
   * Asks the web server about what is not decided; the parameters are those of {@link
   * LoopAccess#ask}.
   *
   * @param then run when it is decided
   */
  public void ask(
      AccessAction action,
      String topic,
      @Nullable ClientFacts facts,
      BooleanSupplier isGone,
      Runnable then) {
    var asked = new LoopAccess.Asked(client, action, topic);
    loop.ask(
        asked,
        facts == null ? facts() : facts,
        client.address() == null ? client.clientId() : client.addressText(),
        isGone,
        verdict -> {
          // Somebody else may have taken the session over meanwhile: it is no answer about that
          // one.
          if (asked.client() == client) {
            keep(key(action, topic), verdict);
          }
          then.run();
        });
  }

  private void keep(String key, AccessVerdict verdict) {
    if (answers.isEmpty()) {
      answers = new HashMap<>();
    }
    answers.put(key, verdict);
  }

  /** What is known of who is not connected. */
  private ClientFacts facts() {
    String user = client.username() == null ? "" : client.username();
    return new ClientFacts(
        client.clientId(), user, client.addressText(), 0, "", "", client.mountPoint());
  }

  /** Takes what was said; null = nothing was. */
  private @Nullable AccessVerdict answer(AccessAction action, String topic) {
    return answers.isEmpty() ? null : answers.remove(key(action, topic));
  }

  private static String key(AccessAction action, String topic) {
    return action == AccessAction.PUBLISH ? "p" + topic : "s" + topic;
  }

  private AccessVerdict look(TopicName topic) {
    refresh();
    TopicVerdicts known = published == null ? verdicts() : published;
    published = known;
    AccessVerdict verdict = known.find(topic);
    if (verdict == null) {
      verdict = answer(AccessAction.PUBLISH, topic.text());
      boolean isAnswer = verdict != null;
      if (verdict == null) {
        verdict = loop.decide(client, AccessAction.PUBLISH, topic.text());
      }
      if (!isLasting(verdict) || !known.add(topic, verdict)) {
        return verdict;
      }
      if (isAnswer && answersUntil == Long.MAX_VALUE) {
        answersUntil = loop.nowMillis() + policy.conf().keptMillis();
      }
    }
    last = topic;
    lastVerdict = verdict;
    return verdict;
  }

  /** Whether a web server that was away may say something else the next moment. */
  private static boolean isLasting(AccessVerdict verdict) {
    return verdict.reason() != AccessReason.BACK_END_AWAY && !verdict.isUndecided();
  }

  /** Whether a message of that topic may be sent to it, which it has subscribed to. */
  public boolean mayRead(TopicName topic) {
    if (loop.isOpen() || isOutside(topic)) {
      return !isOutside(topic);
    }
    AccessVerdict verdict = readVerdict(topic);
    // What no rule is about was allowed by a web server when it was subscribed.
    return verdict.allowed() || verdict.isUndecided();
  }

  /** The same of a message that somebody else has subscribed to. */
  public boolean mayInherit(TopicName topic) {
    return !isOutside(topic) && (loop.isOpen() || readVerdict(topic).allowed());
  }

  /** Whether its topics stand behind a mount point. */
  public boolean isMounted() {
    return !client.mountPoint().isEmpty();
  }

  private boolean isOutside(TopicName topic) {
    return isMounted() && !topic.text().startsWith(client.mountPoint());
  }

  /** Whether a filter that is subscribed, {@code $share/group/} included, is behind it. */
  public boolean isInside(String filter) {
    int start = TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
    return filter.startsWith(client.mountPoint(), Math.max(0, start));
  }

  private AccessVerdict readVerdict(TopicName topic) {
    refresh();
    TopicVerdicts known = read == null ? verdicts() : read;
    read = known;
    AccessVerdict verdict = known.find(topic);
    if (verdict == null) {
      verdict = loop.decide(client, AccessAction.SUBSCRIBE, topic.text());
      known.add(topic, verdict);
    }
    return verdict;
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
    AccessVerdict said = answer(AccessAction.SUBSCRIBE, filter);
    AccessVerdict verdict =
        said == null ? loop.decide(client, AccessAction.SUBSCRIBE, filter) : said;
    if (!verdict.allowed()) {
      loop.denied(client, AccessAction.SUBSCRIBE, filter, verdict);
    }
    return verdict;
  }

  private void refresh() {
    if (!isCurrent()) {
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
    answersUntil = Long.MAX_VALUE;
  }
}
