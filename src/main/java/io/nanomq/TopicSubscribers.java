package io.nanomq;

import io.nanomq.loop.BatchReader;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import io.nanomq.session.Session;
import io.nanomq.session.SubscriptionSnapshot;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells who would get a message. Shared: any thread may ask; each loop is read by a task of its
 * own, one after the other.
 */
public record TopicSubscribers(EventLoops loops, TopicTree tree) {
  /** Subscriptions that are told of one loop: what one task reads without holding others up. */
  private static final int MAX_PER_LOOP = 10_000;

  /**
   * The subscriptions that a topic matches, at most {@value #MAX_PER_LOOP} of each loop. Of a
   * shared subscription these are all members, one of which would get the message. A batch a loop.
   *
   * @param topic a legal name
   */
  public BatchReader<SubscriptionSnapshot> of(String topic) {
    Iterator<LoopContext> rest = loops.all().iterator();
    return () -> {
      if (!rest.hasNext()) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      LoopContext loop = rest.next();
      return CompletableFuture.supplyAsync(() -> Optional.of(read(topic, loop)), loop.eventLoop());
    };
  }

  private List<SubscriptionSnapshot> read(String topic, LoopContext loop) {
    List<SubscriptionSnapshot> found = new ArrayList<>();
    for (Subscriber s : tree.subscribers(topic, loop, MAX_PER_LOOP)) {
      if (s.isActive() && s.recipient() instanceof Session session) {
        found.add(new SubscriptionSnapshot(session.clientId(), s.filter(), s.qos()));
      }
    }
    return found;
  }
}
