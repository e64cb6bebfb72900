package io.nanomq.session;

import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells who would get a message. Shared: any thread may ask; each loop is read by a task of its
 * own.
 */
public final class TopicSubscribers {
  /** Subscriptions that are told of one loop: what one task reads without holding others up. */
  private static final int MAX_PER_LOOP = 10_000;

  private final EventLoops loops;
  private final TopicTree tree;

  public TopicSubscribers(EventLoops loops, TopicTree tree) {
    this.loops = loops;
    this.tree = tree;
  }

  /**
   * The subscriptions that a topic matches, at most {@value #MAX_PER_LOOP} of each loop. Of a
   * shared subscription these are all members, one of which would get the message.
   *
   * @param topic a legal name
   */
  public CompletionStage<List<SubscriptionSnapshot>> of(String topic) {
    CompletableFuture<List<SubscriptionSnapshot>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (LoopContext loop : loops.all()) {
      all =
          all.thenApplyAsync(
              found -> {
                add(topic, loop.index(), found);
                return found;
              },
              loop.eventLoop());
    }
    return all;
  }

  private void add(String topic, int loopIndex, List<SubscriptionSnapshot> to) {
    for (Subscriber s : tree.subscribers(topic, loopIndex, MAX_PER_LOOP)) {
      if (s.isActive() && s.recipient() instanceof Session session) {
        to.add(new SubscriptionSnapshot(session.clientId(), s.filter(), s.qos()));
      }
    }
  }
}
