package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.journal.held.HeldRecords;
import io.nanomq.persistence.journal.held.WaitingTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What one loop tells the journal: gathered in a buffer that is handed over as the turn ends, and
 * before other loops get to know of it. All or nothing of a buffer is found again.
 *
 * <p>Messages and what becomes of them are held while the journal is busy with what came before:
 * most of them are settled by then, and not written at all.
 */
@LoopConfined
final class LoopStore implements SessionStore, LoopContext.TurnEnd {
  private static final Logger LOG = Logger.getLogger(LoopStore.class);

  /** So much is handed over however busy the journal is. */
  private static final int MOST_HELD_BYTES = 1 << 20;

  /** Answers that may wait for a disk that stands still: 24 bytes each. */
  private static final int MOST_WAITING = 32 * 1024;

  private final JournalStores all;
  private final LoopContext loop;
  private final StoreClock clock;
  private final WaitingTokens waiting = new WaitingTokens();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable tell = this::tell;
  private final Runnable whenCommitted = this::committed;
  private final HeldRecords held = new HeldRecords();
  private final List<Runnable> questions = new ArrayList<>();
  private boolean endsTurn;
  // Others that had something to do as the turn ends have done it.
  private boolean isLast;
  // What is held is more than messages.
  private boolean isUrgent;
  // Deliveries that nobody can acknowledge soon, since they were not sent.
  private int unsent;
  // The message that all records since its own are of; 0 = there is none.
  private long latest;
  // Of the messages of this loop: the last that all its sessions have, the last one that the
  // journal has, and up to where the journal knows that they have them.
  private long handedOver;
  private long lastSealed;
  private long handedOverSealed;
  private long sealed;
  private long told;
  // Written by the journal's thread only.
  private volatile long committed;

  LoopStore(JournalStores all, LoopContext loop, StoreClock clock) {
    this.all = all;
    this.loop = loop;
    this.clock = clock;
  }

  /** Where the next record goes. */
  private RecordBuffer record() {
    isUrgent = true;
    return record(0);
  }

  /**
   * Where the next record goes, which can wait for the journal.
   *
   * @param place of the message that it is of, 0 = that is not held
   */
  private RecordBuffer record(int place) {
    told++;
    atTurnEnd();
    if (held.number(place) != latest) {
      latest = 0;
    }
    return held.begin(place);
  }

  private void atTurnEnd() {
    if (!endsTurn) {
      endsTurn = true;
      loop.atTurnEnd(this);
    }
  }

  @Override
  public void endOfTurn() {
    if (!isLast) {
      // What others tell as the turn ends comes in the same batch.
      isLast = true;
      tellDue();
      loop.atTurnEnd(this);
      return;
    }
    isLast = false;
    endsTurn = false;
    boolean isIdle = sealed == committed;
    if (isUrgent || unsent > 0 || isIdle || !questions.isEmpty() || isLong()) {
      seal();
      tellDue();
    }
    // Behind all that was told of what they are about.
    questions.forEach(Runnable::run);
    questions.clear();
  }

  private boolean isLong() {
    return held.length() > MOST_HELD_BYTES;
  }

  @Override
  public void handingOver() {
    seal();
  }

  /** Hands over what is held and still needed. */
  void seal() {
    lastSealed = Math.max(lastSealed, held.leaveOut(handedOver));
    // Of what is left out nothing is said.
    long known = Math.min(handedOver, lastSealed);
    if (known > handedOverSealed) {
      handedOverSealed = known;
      RecordWriter.handedOver(held.begin(0), loop.index(), loop.index(), known);
    }
    isUrgent = false;
    unsent = 0;
    latest = 0;
    boolean any = !held.isEmpty();
    RecordBuffer full = held.take();
    if (any) {
      sealed++;
      all.append(full, whenCommitted);
    }
  }

  /** How often something was handed over. */
  long sealed() {
    return sealed;
  }

  /** Whether what was told is neither handed over nor needless. */
  boolean isHolding() {
    return !held.isEmpty();
  }

  /** The message that all records since its own are of; 0 = there is none. */
  long latest() {
    return latest;
  }

  // ---- commits

  @Override
  public boolean isFull() {
    return all.isFull();
  }

  @Override
  public boolean isBeyondShare(long bytes, long messages, long own) {
    return all.isBeyondShare(bytes, messages, own);
  }

  @Override
  public long told() {
    return told;
  }

  @Override
  public boolean isBehind(int bytes) {
    return all.isBehind(held.length(), bytes);
  }

  @Override
  public boolean isCrowded() {
    return waiting.size() > MOST_WAITING;
  }

  @Override
  public void afterCommit(Listener listener, long token) {
    if (waiting.isEmpty() && isAllSafe()) {
      listener.committed(token);
    } else {
      waiting.add(listener, token, held.isEmpty() ? sealed : sealed + 1, latest);
    }
  }

  /** On the journal's thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void committed() {
    committed++;
    if (scheduled.compareAndSet(false, true)) {
      try {
        loop.eventLoop().execute(tell);
      } catch (RejectedExecutionException stopped) {
        LOG.debug("A loop has stopped before its last commit", stopped);
      }
    }
  }

  private void tell() {
    scheduled.set(false);
    tellDue();
    atTurnEnd();
  }

  private boolean isAllSafe() {
    return held.isEmpty() && sealed == committed;
  }

  /** Who waits for one message only need not wait for the disk once nobody needs that. */
  private boolean isDue() {
    return isAllSafe()
        || waiting.isDue(committed)
        || held.isNeedless(waiting.firstMessage(), handedOver);
  }

  private void tellDue() {
    while (!waiting.isEmpty() && isDue()) {
      try {
        waiting.tellFirst();
      } catch (RuntimeException failure) {
        LOG.error("What waited for the journal failed", failure);
      }
    }
  }

  // ---- sessions

  @Override
  public void sessionKept(long session, SessionRecord record) {
    RecordWriter.session(record(), session, record);
  }

  @Override
  public void sessionLeft(long session, long expirySeconds) {
    long now = clock.wallMillis().getAsLong();
    Records.numbers(record(), RecordType.LEFT, session, now, expirySeconds);
  }

  @Override
  public void willSettled(long session) {
    Records.numbers(record(), RecordType.WILL_SETTLED, session);
  }

  @Override
  public void sessionEnding(long session) {
    Records.numbers(record(), RecordType.ENDING, session);
  }

  @Override
  public void sessionEnded(long session) {
    Records.numbers(record(), RecordType.ENDED, session);
  }

  @Override
  public void subscribed(long session, Subscription subscription) {
    SubscriptionFormat.write(record(), session, subscription);
  }

  @Override
  public void unsubscribed(long session, String filter) {
    Records.text(record(), RecordType.UNSUBSCRIBED, session, filter);
  }

  // ---- messages

  @Override
  public void published(
      long number,
      PublishMessage message,
      long targets,
      GroupName[] groups,
      long session,
      int packetId) {
    boolean isOwn = targets == 1L << loop.index() && groups.length == 0 && session == 0;
    int place = held.message(number, isOwn);
    RecordWriter.published(
        record(place), number, message, clock, targets, groups, session, packetId);
    latest = isOwn ? number : 0;
  }

  @Override
  public void handedOver(int source, long number) {
    if (source == loop.index()) {
      told++;
      atTurnEnd();
      handedOver = Math.max(handedOver, number);
    } else {
      RecordWriter.handedOver(record(0), source, loop.index(), number);
    }
  }

  @Override
  public void handedToGroup(long number, GroupName group) {
    Records.group(record(), RecordType.GROUP_HAS_IT, number, group);
  }

  @Override
  public void routedAgain(long number) {
    Records.numbers(record(), RecordType.ROUTED_AGAIN, number);
  }

  @Override
  public void queued(
      long session, long sequence, long number, PublishMessage message, DeliveryOptions delivery) {
    int place = held.queued(session, sequence, number);
    unsent += place > 0 ? 1 : 0;
    RecordWriter.queued(record(place), session, sequence, number, message, delivery, clock);
  }

  @Override
  public void sent(long session, long sequence, int packetId) {
    int place = held.delivery(session, sequence);
    unsent -= place > 0 ? 1 : 0;
    Records.numbers(record(place), RecordType.SENT, session, sequence, packetId);
  }

  @Override
  public void taken(long session, long sequence) {
    int place = held.delivery(session, sequence);
    Records.numbers(record(place), RecordType.TAKEN, session, sequence);
  }

  @Override
  public void settled(long session, long sequence) {
    int place = held.settled(session, sequence);
    if (held.isNeedless(held.number(place), handedOver)) {
      told++;
      atTurnEnd();
    } else {
      Records.numbers(record(place), RecordType.SETTLED, session, sequence);
    }
  }

  @Override
  public void received(long session, int packetId) {
    Records.numbers(record(), RecordType.RECEIVED, session, packetId);
  }

  @Override
  public void released(long session, int packetId) {
    Records.numbers(record(), RecordType.RELEASED, session, packetId);
  }

  @Override
  public boolean hasPages() {
    return true;
  }

  @Override
  public void read(long session, long from, int times, Consumer<MessagePage> then) {
    atTurnEnd();
    PageEntries wanted = new PageEntries(session, times);
    questions.add(() -> all.pages().read(loop, clock, wanted, from, then));
  }

  // ---- retained messages

  @Override
  public void retained(PublishMessage message, long version) {
    RecordWriter.retained(record(), message, version, clock);
  }

  @Override
  public void unretained(String topic, long version) {
    Records.text(record(), RecordType.UNRETAINED, version, topic);
  }
}
