package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionStore;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages in flight back that only the store has, for want of room or since an earlier
 * process sent them. Their packet identifiers, and what the client has said of them, stay in
 * memory.
 */
@LoopConfined
public final class InflightPages {
  private static final Logger LOG = Logger.getLogger(InflightPages.class);

  private final PageRequests requests;
  private final HeldMessages held;
  private final MessageHolder holder;
  private final InflightWindow window;
  private final Runnable came;
  private final Consumer<Delivery> missing;

  /**
   * @param came is run when messages have come, or cannot
   * @param missing is told of what the store does not have
   */
  public InflightPages(
      SessionStore store,
      HeldMessages held,
      MessageHolder holder,
      InflightWindow window,
      Runnable came,
      Consumer<Delivery> missing) {
    this.requests = new PageRequests(held.loop(), store);
    this.held = held;
    this.holder = holder;
    this.window = window;
    this.came = came;
    this.missing = missing;
  }

  /** Whether a message that is still to be had by the client is not in memory. */
  public static boolean isAway(Delivery delivery) {
    return delivery.message == null && !delivery.isReceived();
  }

  /** The first one of these, from one on; null = there is none. */
  public static @Nullable Delivery firstAway(@Nullable Delivery from) {
    Delivery next = from;
    while (next != null && !isAway(next)) {
      next = next.next;
    }
    return next;
  }

  /** Tells of each of these from one on, which may be taken out then. */
  public static void forEachAway(@Nullable Delivery from, Consumer<Delivery> to) {
    Delivery next = from;
    while (next != null) {
      Delivery delivery = next;
      next = delivery.next;
      if (isAway(delivery)) {
        to.accept(delivery);
      }
    }
  }

  /**
   * Asks for the messages from that one on, unless some are on their way. It is there when {@code
   * came} runs, within which it is to be sent: where there is no room, no longer.
   *
   * @param session by which the store knows it
   */
  public void read(long session, Delivery first) {
    Delivery last = window.last();
    if (last != null && !requests.isUnderWay()) {
      long upTo = last.sequence;
      requests.ask(session, first.sequence, page -> came(first, upTo, page));
    }
  }

  private boolean isWanted(Delivery delivery) {
    return isAway(delivery) && window.get(delivery.packetId) == delivery;
  }

  private void came(Delivery first, long upTo, MessagePage page) {
    if (isWanted(first)) {
      fill(first, upTo, page);
    }
    boolean isOfUse = !isWanted(first);
    boolean isOnLoan = isOfUse && !first.isHeld();
    if (isOnLoan) {
      requests.slowDown();
    } else {
      requests.hurry();
    }
    requests.answered(page, isOfUse, came);
    if (isOnLoan && window.get(first.packetId) == first) {
      held.holdWithoutMessage(holder, first);
    }
  }

  private void fill(Delivery first, long upTo, MessagePage page) {
    PublishMessage message = null;
    Delivery next = first;
    boolean hasRoom = true;
    for (RecoveredSession.Message read : page.messages()) {
      next = skipMissing(next, Math.min(upTo + 1, read.sequence()));
      if (next == null || next.sequence > upTo) {
        break;
      }
      if (next.sequence == read.sequence()) {
        Delivery delivery = next;
        next = delivery.next;
        message = delivery == first ? read.message() : message;
        hasRoom = give(delivery, read.message());
        if (!hasRoom) {
          break;
        }
      }
    }
    // Without room those behind it were not looked at: they are in the store.
    if (page.isLast() && hasRoom) {
      skipMissing(next, upTo + 1);
    }
    if (message != null && isWanted(first)) {
      // There is no room for it, or making room for others took it away again.
      held.letGo(holder, first);
      first.message = message;
    }
  }

  /** Those below that sequence are not in the store. */
  private @Nullable Delivery skipMissing(@Nullable Delivery from, long sequence) {
    Delivery next = from;
    while (next != null && next.sequence < sequence) {
      Delivery delivery = next;
      next = next.next;
      if (isAway(delivery)) {
        isMissing(delivery);
      }
    }
    return next;
  }

  private void isMissing(Delivery delivery) {
    LOG.warnf("Message %d, which is in flight, is not in the store", delivery.sequence);
    missing.accept(delivery);
  }

  /** Whether there was room for it. */
  private boolean give(Delivery delivery, @Nullable PublishMessage message) {
    if (!isAway(delivery)) {
      return true;
    }
    if (message == null) {
      isMissing(delivery);
      return true;
    }
    held.letGo(holder, delivery);
    delivery.message = message;
    if (held.hold(holder, delivery)) {
      return true;
    }
    held.holdWithoutMessage(holder, delivery);
    return false;
  }
}
