package io.nanomq.session;

import io.nanomq.authz.AccessVerdict;
import io.nanomq.codec.BridgePath;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.Capabilities;
import io.nanomq.limit.CapabilityCheck;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Subscription;
import io.nanomq.retained.RetainedCursor;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds and removes what the sessions of one loop subscribe to, whoever asked for it. */
@LoopConfined
public final class Subscriptions {
  /** Characters of a filter that {@link TurnBudget#FILTER} is about. */
  private static final int USUAL_CHARACTERS = 32;

  private final SessionContext context;
  private final TopicTree tree;
  private final RetainedStore retained;
  private final Map<Session, Review> reviews = new IdentityHashMap<>();

  public Subscriptions(SessionContext context, TopicTree tree, RetainedStore retained) {
    this.context = context;
    this.tree = tree;
    this.retained = retained;
  }

  /**
   * As {@link #subscribe}, where the client may.
   *
   * @return 0x87 where it may not
   */
  public ReasonCode subscribeIfAllowed(Session session, Subscription asked) {
    boolean isJudged =
        !context.access().isOpen()
            && TopicRules.isSubscribable(asked.filter(), context.conf().client().maxTopicLevels());
    return isJudged && !maySubscribe(session, asked.filter())
        ? ReasonCode.NOT_AUTHORIZED
        : subscribe(session, asked);
  }

  /** Looks through what a session has subscribed to after the rules have changed. */
  public Iterator<Subscriber> review(Session session, boolean disconnects) {
    return new Review(session, disconnects, true);
  }

  /**
   * The same when somebody has come for a session, as many a turn as there is room for.
   *
   * @param isSameClient whether it was the same user's before, behind the same mount point: then
   *     what a web server allowed stays, and what waits is delivered
   */
  public void reviewInTurns(Session session, boolean isSameClient) {
    Deliveries left = session.sentDeliveries();
    if (!isSameClient && left != null) {
      left.inherit();
    }
    if (!session.subscriptions().isEmpty()) {
      Review before = reviews.get(session);
      boolean wasSameClient = before == null || before.keepsUndecided;
      Review review = new Review(session, false, isSameClient && wasSameClient);
      reviews.put(session, review);
      goOn(review);
    }
  }

  /** Who comes again and again has one review under way, the last one, and not one for each. */
  private void goOn(Review review) {
    TurnBudget budget = context.loop().budget();
    while (reviews.get(review.session) == review && !budget.isUsedUp()) {
      if (review.hasNext()) {
        budget.spend(TurnBudget.FILTER);
        review.next();
      } else {
        reviews.remove(review.session);
      }
    }
    if (reviews.get(review.session) == review) {
      budget.nextTurn(() -> goOn(review));
    }
  }

  /** Sessions whose subscriptions are being looked through because somebody has come for them. */
  int underReview() {
    return reviews.size();
  }

  private boolean maySubscribe(Session session, String filter) {
    AccessVerdict verdict = session.access().subscribe(filter);
    session.readsPartly |= verdict.partial();
    return verdict.allowed();
  }

  /** Those that are not allowed any more go. */
  private final class Review implements Iterator<Subscriber> {
    private final Session session;
    private final boolean disconnects;
    private final boolean keepsUndecided;
    private final Iterator<Subscriber> rest;
    private boolean readsPartly;

    /**
     * @param keepsUndecided whether what only a web server can say stays, which has allowed it
     */
    Review(Session session, boolean disconnects, boolean keepsUndecided) {
      this.session = session;
      this.keepsUndecided = keepsUndecided;
      this.disconnects = disconnects;
      this.rest = List.copyOf(session.subscriptions()).iterator();
      // Until all are looked at, each message is.
      session.readsPartly = rest.hasNext() || session.access().isMounted();
    }

    @Override
    public boolean hasNext() {
      return !session.hasEnded() && rest.hasNext();
    }

    @Override
    public Subscriber next() {
      Subscriber subscriber = rest.next();
      boolean stays = keepsUndecided && !session.access().isDecided(subscriber.filter());
      if (!session.access().isInside(subscriber.filter())) {
        revoke(subscriber.filter());
      } else if (subscriber.isActive() && !stays) {
        AccessVerdict verdict = session.access().subscribe(subscriber.filter());
        readsPartly |= verdict.partial();
        if (!verdict.allowed()) {
          revoke(subscriber.filter());
        }
      }
      if (!rest.hasNext()) {
        session.readsPartly = readsPartly || session.access().isMounted();
      }
      return subscriber;
    }

    private void revoke(String filter) {
      unsubscribe(session, filter);
      if (disconnects) {
        session.disconnect(ReasonCode.NOT_AUTHORIZED, "a subscription is not allowed any more");
      }
    }
  }

  /**
   * Adds one subscription, or takes over new options; the session's next {@link Session#pump} sends
   * the retained messages.
   *
   * @return success, 0x8F for an illegal filter, 0xA2, 0x9E or 0xA1 for what is not offered, 0x97
   *     where the session has as many as it may, or the filter would cost more than the session,
   *     its account or everybody may hold
   */
  public ReasonCode subscribe(Session session, Subscription asked) {
    return subscribe(session, asked, true);
  }

  /**
   * @param replays whether retained messages are sent: not to who has had them
   */
  ReasonCode subscribe(Session session, Subscription asked, boolean replays) {
    String filter = asked.filter();
    spend(filter);
    if (!TopicRules.isSubscribable(filter, context.conf().client().maxTopicLevels())) {
      return ReasonCode.TOPIC_FILTER_INVALID;
    }
    Capabilities offered = context.conf().capabilities();
    ReasonCode withheld = CapabilityCheck.subscription(offered, asked);
    if (withheld != ReasonCode.SUCCESS) {
      return withheld;
    }
    Subscription subscription = CapabilityCheck.granted(offered, options(session, asked));
    Subscriber before = session.subscription(filter);
    if (before == null && session.records != null && context.store().isFull()) {
      context.loop().counters().drop(DropReason.STORE_FULL);
      return ReasonCode.QUOTA_EXCEEDED;
    }
    Subscriber subscriber = before == null ? add(session, subscription) : before;
    if (subscriber == null) {
      context.loop().counters().drop(DropReason.SUBSCRIPTION_LIMIT);
      return ReasonCode.QUOTA_EXCEEDED;
    }
    subscriber.options(subscription);
    tree.recount(subscriber);
    SessionRecords records = session.records;
    if (records != null) {
      records.subscribed(subscription);
    }
    if (replays) {
      replay(session, subscription, subscriber, before == null);
    }
    context.events().subscribed(session.clientId(), subscription);
    return ReasonCode.SUCCESS;
  }

  /**
   * Adds one that an earlier process has told the store of.
   *
   * @return whether there was room
   */
  boolean restore(Session session, Subscription subscription) {
    Subscriber subscriber = add(session, subscription);
    SessionRecords records = session.records;
    if (subscriber == null && records != null) {
      context.loop().counters().drop(DropReason.SUBSCRIPTION_LIMIT);
      records.unsubscribed(subscription.filter());
    }
    return subscriber != null;
  }

  /** A bridge from before MQTT 5 has said whose it is. */
  public static void bridge(Session session, String broker) {
    session.bridgeOf = broker;
  }

  /** Whether a message has come over the broker that it would go to, which cannot know that. */
  static boolean isBack(Session session, OutgoingPublish message) {
    String broker = session.bridgeOf;
    return broker != null
        && isOldBridge(session)
        && BridgePath.of(message.message().properties()).contains(broker);
  }

  private static boolean isOldBridge(Session session) {
    return session.connect().isBridge() && session.connect().version() < 5;
  }

  /** Before MQTT 5 a bridge has no options: it gets what is not its own, with RETAIN as it came. */
  private static Subscription options(Session session, Subscription asked) {
    return isOldBridge(session) ? asked.forBridge(!TopicRules.isShared(asked.filter())) : asked;
  }

  /** Each level may be a node of the tree to be made or to be taken out; characters bound them. */
  private void spend(String filter) {
    int more = Math.max(0, filter.length() - USUAL_CHARACTERS);
    context.loop().budget().spend(TurnBudget.FILTER + 2L * more);
  }

  private @Nullable Subscriber add(Session session, Subscription subscription) {
    if (session.subscriptions().size() >= context.conf().client().maxFilters()) {
      return null;
    }
    Account account = session.account();
    if (account != null && !account.addSubscription(context.conf().quotas().subscriptions())) {
      return null;
    }
    Subscriber subscriber = new Subscriber(session, subscription);
    boolean isStored = session.memory().takeStored(session, subscription.filter());
    if (!isStored || !tree.add(subscriber)) {
      if (isStored) {
        session.memory().giveStored(session, subscription.filter());
      }
      uncount(account, 1);
      return null;
    }
    session.addSubscription(subscriber);
    return subscriber;
  }

  /** Takes one out of the tree, and counts that into the turn. */
  static void remove(Subscriber subscriber, TopicTree tree, TurnBudget budget) {
    budget.spend(TurnBudget.FILTER);
    tree.remove(subscriber);
  }

  /** An account has so many subscriptions less. */
  static void uncount(@Nullable Account account, int subscriptions) {
    if (account != null) {
      account.removeSubscriptions(subscriptions);
    }
  }

  private void replay(
      Session session, Subscription subscription, Subscriber subscriber, boolean isNew) {
    boolean wantsRetained =
        subscription.retainHandling() == 0 || subscription.retainHandling() == 1 && isNew;
    if (wantsRetained && !TopicRules.isShared(subscription.filter())) {
      String filter = subscription.filter();
      RetainedCursor cursor = retained.cursor(filter, context.store());
      if (subscription.noLocal()) {
        cursor.without(session.clientId());
      }
      session.replay(filter, cursor, subscription.qos(), subscriber.identifiers());
    }
  }

  /**
   * Removes one subscription.
   *
   * @return success, 0x11 where there was none of that filter, 0x8F where there could not be any
   */
  public ReasonCode unsubscribe(Session session, String filter) {
    spend(filter);
    Subscriber subscriber = session.removeSubscription(filter);
    if (subscriber == null) {
      // Looked at last: what was subscribed may have more levels than are allowed meanwhile.
      return TopicRules.isSubscribable(filter, context.conf().client().maxTopicLevels())
          ? ReasonCode.NO_SUBSCRIPTION_EXISTED
          : ReasonCode.TOPIC_FILTER_INVALID;
    }
    tree.remove(subscriber);
    uncount(session.account(), 1);
    session.memory().giveStored(session, filter);
    SessionRecords records = session.records;
    if (records != null) {
      records.unsubscribed(filter);
    }
    context.events().unsubscribed(session.clientId(), filter);
    return ReasonCode.SUCCESS;
  }
}
