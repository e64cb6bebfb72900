package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The subscriptions that a message matches on one loop, by recipient, where they are gathered and
 * served over several turns. A recipient may unsubscribe in between, so what it gets is put
 * together from those that are left when its turn comes [MQTT-3.10.4-2].
 */
@LoopConfined
final class SubscriptionsByRecipient {
  // A Subscriber, or a list of them where a recipient has several that match.
  private final List<Object> all = new ArrayList<>();
  private final Map<Recipient, Integer> places = new IdentityHashMap<>();

  void add(Subscriber subscriber) {
    Integer place = places.putIfAbsent(subscriber.recipient(), all.size());
    if (place == null) {
      all.add(subscriber);
    } else if (all.get(place) instanceof Subscribers several) {
      several.add(subscriber);
    } else {
      all.set(place, new Subscribers((Subscriber) all.get(place), subscriber));
    }
  }

  /** Recipients that there are. */
  int size() {
    return all.size();
  }

  /**
   * Adds a recipient with what it has subscribed to still.
   *
   * @param i which recipient
   * @return subscriptions that were looked at
   */
  int addTo(DistinctRecipients found, int i) {
    if (all.get(i) instanceof Subscribers several) {
      several.forEach(one -> addTo(found, one));
      return several.size();
    }
    addTo(found, (Subscriber) all.get(i));
    return 1;
  }

  private static void addTo(DistinctRecipients found, Subscriber subscriber) {
    if (subscriber.isActive()) {
      found.add(subscriber);
    }
  }

  @SuppressWarnings("serial")
  private static final class Subscribers extends ArrayList<Subscriber> {
    Subscribers(Subscriber one, Subscriber other) {
      add(one);
      add(other);
    }
  }
}
