package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionStore;
import io.nanomq.router.SharedGroup;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a durable session's queue that is not in memory: all that the store has for it from a
 * sequence on. It is read ahead of what is sent, a page at a time. Nothing is kept here for each
 * message.
 */
@LoopConfined
public final class PagedQueue {
  /** So many messages, or bytes, of a queue are in memory before the rest is not. */
  public static final int KEPT_MESSAGES = MessagePage.MOST_MESSAGES;

  public static final int KEPT_BYTES = MessagePage.MOST_BYTES;

  private static final Logger LOG = Logger.getLogger(PagedQueue.class);

  private final PageRequests requests;
  private final SessionStore store;
  private final long session;
  private final HeldMessages held;
  private final MessageHolder holder;
  private final DeliveryQueue queue;
  private final Function<GroupName, @Nullable SharedGroup> groups;
  private final Runnable came;
  private long first;
  private int count;
  private long bytes;
  private boolean shared;
  // How many there were when the page was asked for that comes next.
  private int asked;

  /** Where pages go: to a queue in memory, as far as there is room. */
  public record Target(
      HeldMessages held, MessageHolder holder, DeliveryQueue queue, Runnable whenCame) {}

  /**
   * @param session by which the store knows it
   * @param groups finds a group by its name
   */
  public PagedQueue(
      SessionStore store,
      long session,
      Target target,
      Function<GroupName, @Nullable SharedGroup> groups) {
    this.requests = new PageRequests(target.held.loop(), store);
    this.store = store;
    this.session = session;
    this.held = target.held;
    this.holder = target.holder;
    this.queue = target.queue;
    this.came = target.whenCame;
    this.groups = groups;
  }

  /** Messages that are not in memory. */
  public int size() {
    return count;
  }

  /** What they would take, about. */
  public long bytes() {
    return bytes;
  }

  /** Whether shared subscriptions brought some of them. */
  public boolean isShared() {
    return shared;
  }

  /** Whether nothing is left, and nothing on its way. */
  public boolean isDone() {
    return count == 0 && !requests.isUnderWay();
  }

  /** Nobody wants what is left, nor what is on its way. */
  public void close() {
    grow(-count, 0);
  }

  /** An earlier process left these. */
  public void restore(RecoveredSession.Waiting waiting) {
    first = waiting.first();
    grow(waiting.count(), waiting.bytes());
    shared = waiting.shared();
  }

  /** Leaves the newest of all to the store, which is told of it. */
  public void add(Delivery delivery) {
    if (count == 0) {
      first = delivery.sequence;
    }
    count(delivery);
  }

  /** Leaves the newest of those in memory to the store, which was told of it. */
  public void addFirst(Delivery delivery) {
    first = delivery.sequence;
    count(delivery);
  }

  private void count(Delivery delivery) {
    grow(1, delivery.bytes());
    shared |= delivery.group != null;
  }

  /** What they take is known about only: nothing is left where none is. */
  private void grow(int messages, long more) {
    long before = bytes;
    count += messages;
    bytes = count == 0 ? 0 : Math.max(0, bytes + more);
    holder.account.stores(messages, bytes - before);
  }

  /** Asks for the next page as soon as less than one is in memory: it comes while that is sent. */
  public void readAhead() {
    int times = requests.times();
    boolean hasRoom =
        queue.size() < KEPT_MESSAGES * times && queue.bytes() < (long) KEPT_BYTES * times;
    if (hasRoom && count > 0 && !requests.isUnderWay()) {
      asked = count;
      long from = first;
      requests.ask(session, from, page -> came(from, page));
    }
  }

  private void came(long from, MessagePage page) {
    int before = count;
    if (queue.isEmpty() && from == first) {
      requests.hurry();
    }
    if (from == first) {
      take(page);
    }
    if (before - count < page.messages().size()) {
      requests.slowDown();
    }
    // Where not: the disk fails, what was told is not safe yet, or there is no room in memory.
    boolean isOfUse = count == 0 || count != before || from != first;
    requests.answered(page, isOfUse, came);
  }

  private void take(MessagePage page) {
    int before = count;
    for (RecoveredSession.Message message : page.messages()) {
      if (count == 0 || !take(message)) {
        return;
      }
    }
    int missing = asked - (before - count);
    if (page.isLast() && missing > 0) {
      LOG.warnf("%d messages that a session waits for are not in the store", missing);
      grow(-Math.min(missing, count), 0);
    }
  }

  /** One message goes to the queue; where there is no room for it only if nothing else is there. */
  private boolean take(RecoveredSession.Message message) {
    Delivery delivery = delivery(message);
    long before = first;
    if (delivery.message == null) {
      LOG.warnf("Message %d of session %d is not in the store", delivery.sequence, session);
      store.settled(session, delivery.sequence);
    } else if (!held.hold(holder, delivery) && !queue.isEmpty()) {
      return false;
    } else if (first != before) {
      // Making room took some out of memory that come before it.
      held.letGo(holder, delivery);
      return false;
    } else {
      queue.add(delivery);
    }
    first = delivery.sequence + 1;
    grow(-1, -delivery.bytes());
    return true;
  }

  private Delivery delivery(RecoveredSession.Message message) {
    DeliveryOptions options = message.delivery();
    GroupName group = options.group();
    return new Delivery(
        message.message(),
        options.qos(),
        options.retain(),
        options.identifiers(),
        group == null ? null : groups.apply(group),
        message.sequence());
  }
}
