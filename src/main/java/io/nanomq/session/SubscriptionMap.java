package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.router.Subscriber;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one session by filter. It shrinks with what is in it. */
@LoopConfined
final class SubscriptionMap {
  /** Of those who have subscribed to nothing; never written. */
  static final SubscriptionMap NONE = new SubscriptionMap(0);

  /** Up to here it may be as empty as it likes. */
  private static final int SMALL = 16;

  private Map<String, Subscriber> byFilter;
  private int most;

  private SubscriptionMap(int capacity) {
    byFilter = new HashMap<>(capacity);
  }

  static SubscriptionMap make() {
    return new SubscriptionMap(4);
  }

  @Nullable Subscriber get(String filter) {
    return byFilter.get(filter);
  }

  Collection<Subscriber> all() {
    return byFilter.values();
  }

  void put(Subscriber subscriber) {
    byFilter.put(subscriber.filter(), subscriber);
    most = Math.max(most, byFilter.size());
  }

  @Nullable Subscriber remove(String filter) {
    Subscriber removed = byFilter.remove(filter);
    if (most > SMALL && byFilter.size() <= most / 2) {
      // A hash map never shrinks by itself.
      most = byFilter.size();
      byFilter = new HashMap<>(byFilter);
    }
    return removed;
  }
}
