package io.nanomq.trace;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.event.BrokerEvents;
import io.nanomq.router.Recipient;
import io.nanomq.router.Tap;
import io.nanomq.session.Session;
import io.nanomq.session.SessionRegistry;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One trace: picks what belongs to its target and tells it anew, so many lines and bytes and no
 * more. Shared: loops call it at once; the counters are atomic, and nothing else changes.
 */
final class Trace implements BrokerEvents.Listener, Tap {
  /** What all lines may take together while they wait, in bytes. */
  static final long MOST_BYTES = 16L * 1024 * 1024;

  private static final Set<Kind> KINDS =
      EnumSet.of(
          Kind.CONNECTED,
          Kind.ANSWERED,
          Kind.DISCONNECTED,
          Kind.SUBSCRIBED,
          Kind.UNSUBSCRIBED,
          Kind.DENIED,
          Kind.ENDED,
          Kind.DELIVERED,
          Kind.ACKNOWLEDGED,
          Kind.MESSAGE_DROPPED);

  private final long id;
  private final TraceTarget target;
  private final BrokerEvents events;
  private final SessionRegistry sessions;
  private final Consumer<String> whenFull;
  private final AtomicLong lines = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param whenFull is told which bound is reached, more than once maybe
   */
  Trace(
      long id,
      TraceTarget target,
      BrokerEvents events,
      SessionRegistry sessions,
      Consumer<String> whenFull) {
    this.id = id;
    this.target = target;
    this.events = events;
    this.sessions = sessions;
    this.whenFull = whenFull;
  }

  TraceTarget target() {
    return target;
  }

  /** Lines that were told. */
  long lines() {
    return Math.min(lines.get(), target.lines());
  }

  @Override
  public boolean wants(Kind kind) {
    return KINDS.contains(kind);
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    // Who is let in is told by CONNECTED.
    boolean isTold = !(event instanceof BrokerEvent.Answered answered) || answered.reasonCode() > 0;
    String address = address(event);
    if (isTold && target.matches(event, address)) {
      tell(loopIndex, event, address);
    }
  }

  @Override
  public void published(int loopIndex, OutgoingPublish message, @Nullable Recipient publisher) {
    Session session = publisher instanceof Session one ? one : null;
    String clientId = session == null ? "" : session.clientId();
    String address = session == null ? "" : session.access().client().addressText();
    boolean isIts =
        switch (target.type()) {
          case CLIENTID -> session != null && clientId.equals(target.value());
          case ADDRESS -> address.equals(target.value());
          case TOPIC -> true; // by where it stands in the tree
        };
    if (isIts) {
      String user = session == null ? null : session.connect().username();
      long now = System.currentTimeMillis();
      tell(
          loopIndex,
          new BrokerEvent.Message(Kind.PUBLISHED, now, clientId, user, message.message()),
          address);
    }
  }

  private void tell(int loopIndex, BrokerEvent event, String address) {
    long line = lines.incrementAndGet();
    if (line <= target.lines()) {
      events.tell(loopIndex, new BrokerEvent.Traced(id, target.withPayload(), address, event));
    }
    if (line >= target.lines()) {
      whenFull.accept("lines");
    } else if (bytes.addAndGet(event.bytes()) > MOST_BYTES) {
      whenFull.accept("bytes");
    }
  }

  /** It is called on the loop of the client's session, where its client may be read. */
  private String address(BrokerEvent event) {
    String known = known(event);
    if (!known.isEmpty()) {
      return known;
    }
    Session session = sessions.find(event.clientId());
    return session == null ? "" : session.access().client().addressText();
  }

  private static String known(BrokerEvent event) {
    if (event instanceof BrokerEvent.Connected connected) {
      return connected.client().address();
    } else if (event instanceof BrokerEvent.Answered answered) {
      return answered.client().address();
    } else if (event instanceof BrokerEvent.Disconnected gone) {
      return gone.client().address();
    }
    return event instanceof BrokerEvent.Denied denied ? denied.client().address() : "";
  }
}
