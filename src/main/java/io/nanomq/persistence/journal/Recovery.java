package io.nanomq.persistence.journal;

import io.nanomq.journal.Journal;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredSession.Waiting;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.UndeliveredMessage;
import io.nanomq.persistence.journal.StoredSession.Place;
import io.nanomq.persistence.journal.topic.LiveVersions;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jboss.logging.Logger;

/**
 * Makes of what is stored what a broker goes on with. Of messages only those of bridges are read;
 * retained ones are as they are gone through.
 */
final class Recovery implements Closeable {
  private static final Logger LOG = Logger.getLogger(Recovery.class);

  private static final int WINDOW_BYTES = 256 * 1024;

  /** What a session is, or one of its subscriptions; filters are not empty. */
  private record Unread(Place place, long session, String filter) {}

  private static final Comparator<Unread> IN_ORDER =
      Comparator.<Unread>comparingLong(each -> each.place.segment)
          .thenComparingInt(each -> each.place.frame);

  private final StoredState state;
  private final Journal journal;
  private final StoreClock clock;
  private final PageReader reader;
  private int missing;

  Recovery(StoredState state, Journal journal, StoreClock clock) {
    this.state = state;
    this.journal = journal;
    this.clock = clock;
    this.reader = new PageReader(journal.reads());
  }

  RecoveredState recover() throws IOException {
    // A million versions take as long as a million messages; neither has to do with the other.
    FutureTask<LiveVersions> versions = new FutureTask<>(state.retained::versions);
    new Thread(versions, "nanomq-journal-retained").start();
    readValues();
    List<RecoveredSession> sessions = new ArrayList<>();
    for (StoredSession session : state.sessions.values()) {
      add(session, sessions);
    }
    List<UndeliveredMessage> undelivered = new ArrayList<>();
    for (PendingMessage message : state.messages.pending()) {
      undelivered.add(undelivered(message));
    }
    if (missing > 0) {
      LOG.warnf("%d messages that sessions wait for are not in the journal", missing);
    }
    return new RecoveredState(
        sessions,
        new RetainedReading(collected(versions), state.retained.segments(), journal, clock),
        undelivered,
        state.marks.session(),
        state.marks.message(),
        state.marks.version());
  }

  /** An image says where it stands what sessions and subscriptions are. */
  private void readValues() throws IOException {
    List<Unread> all = new ArrayList<>();
    for (StoredSession session : state.sessions.values()) {
      Place facts = session.facts;
      if (facts != null && facts.value == null) {
        all.add(new Unread(facts, session.number, ""));
      }
      session.subscriptions.forEach(
          (filter, place) -> {
            if (place.value == null) {
              all.add(new Unread(place, session.number, filter));
            }
          });
    }
    all.sort(IN_ORDER);
    try (RecordFinder finder = new RecordFinder(journal.reads().reader(WINDOW_BYTES))) {
      for (Unread each : all) {
        Place place = each.place;
        place.value =
            each.filter.isEmpty()
                ? finder.facts(place.segment, place.frame, each.session)
                : finder.subscription(place.segment, place.frame, each.session, each.filter);
      }
    }
  }

  private static LiveVersions collected(Future<LiveVersions> versions) {
    try {
      return versions.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException("Retained messages cannot be made out", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the store was read");
    }
  }

  private void add(StoredSession session, List<RecoveredSession> to) throws IOException {
    Place facts = session.facts;
    byte[] value = facts == null ? null : facts.value;
    if (value == null) {
      return;
    }
    SessionRecord record =
        SessionFormat.read(
            RecordReader.ofValues(value),
            session.expirySeconds,
            session.is(StoredSession.WILL_SETTLED));
    List<RecoveredSession.Message> messages = new ArrayList<>();
    Waiting waiting = messages(session, record.isOfBridge(), messages);
    to.add(
        new RecoveredSession(
            session.number,
            record,
            session.leftAtMillis,
            session.is(StoredSession.ENDING),
            subscriptions(session),
            messages,
            waiting,
            session.received.toArray(),
            session.lastSequence));
  }

  private static List<Subscription> subscriptions(StoredSession session) {
    List<Subscription> all = new ArrayList<>();
    session.subscriptions.forEach(
        (filter, place) -> {
          byte[] value = place.value;
          if (value != null) {
            all.add(SubscriptionFormat.read(filter, RecordReader.ofValues(value)));
          }
        });
    return all;
  }

  /**
   * What a session waits for.
   *
   * @param isWhole whether all of it is to be there at once
   * @param to takes what was sent, without the messages, or all
   */
  private Waiting messages(
      StoredSession session, boolean isWhole, List<RecoveredSession.Message> to)
      throws IOException {
    Rows rows = session.deliveries;
    long first = 0;
    int count = 0;
    long bytes = 0;
    boolean shared = false;
    for (boolean any = rows.first(); any; any = rows.next()) {
      int delivery = rows.value();
      if (isWhole || StoredDelivery.packetId(delivery) != 0) {
        sent(session, isWhole, to);
      } else {
        first = count == 0 ? rows.key() : first;
        count++;
        shared |= DeliveryFormat.isShared(StoredDelivery.options(delivery));
        boolean isApart = state.messages.find(rows.number());
        bytes += isApart ? state.messages.rows().bytes() : rows.bytes();
      }
    }
    return count == 0 ? Waiting.NONE : new Waiting(first, count, bytes, shared);
  }

  private void sent(StoredSession session, boolean isWhole, List<RecoveredSession.Message> to)
      throws IOException {
    PageEntries entries = new PageEntries(session.number, 1);
    entries.add(session.deliveries, state.messages);
    if (!entries.isThere(0)) {
      missing++;
    } else {
      to.add(isWhole ? reader.read(entries, 0, clock) : reader.readWithoutMessage(entries, 0));
    }
  }

  private UndeliveredMessage undelivered(PendingMessage stored) throws IOException {
    long number = stored.number;
    state.messages.find(number);
    Rows row = state.messages.rows();
    return new UndeliveredMessage(
        number,
        reader.message(row.segment(), row.frame(), number, clock),
        stored.again,
        stored.groups(),
        stored.had());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
