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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What one loop tells the journal: gathered in a buffer that is handed over as the turn ends, and
 * before other loops get to know of it. All or nothing of a buffer is found again.
 */
@LoopConfined
final class LoopStore implements SessionStore, LoopContext.TurnEnd {
  private static final Logger LOG = Logger.getLogger(LoopStore.class);
  private static final int NONE = -1;
  private static final int BUFFER_BYTES = 4096;
  private static final int MOST_BUFFER_BYTES = 64 * 1024;

  /** Answers that may wait for a disk that stands still: 24 bytes each. */
  private static final int MOST_WAITING = 32 * 1024;

  private final JournalStores all;
  private final LoopContext loop;
  private final StoreClock clock;
  private final WaitingTokens waiting = new WaitingTokens();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable tell = this::tell;
  private RecordBuffer buffer;
  // The record of what was queued last: where it and its packet identifier begin, and where it
  // ends, if it is in this buffer and may be told to be sent.
  private int queuedAt;
  private int packetIdAt;
  private int queuedEnd = NONE;
  private long queuedSession;
  private long queuedSequence;
  private final List<Runnable> questions = new ArrayList<>();
  private boolean endsTurn;
  private boolean stuck;
  private long stuckLookedAt;
  private long sealed;
  private long told;
  // Written by the journal's thread only.
  private volatile long committed;

  LoopStore(JournalStores all, LoopContext loop, StoreClock clock) {
    this.all = all;
    this.loop = loop;
    this.clock = clock;
    this.buffer = all.newBuffer(BUFFER_BYTES);
  }

  /** Where the next record goes. */
  private RecordBuffer record() {
    told++;
    if (!endsTurn) {
      endsTurn = true;
      loop.atTurnEnd(this);
    }
    return buffer;
  }

  @Override
  public void endOfTurn() {
    endsTurn = false;
    seal();
    // Behind all that was told of what they are about.
    questions.forEach(Runnable::run);
    questions.clear();
  }

  @Override
  public void handingOver() {
    seal();
  }

  private void seal() {
    if (!buffer.isEmpty()) {
      RecordBuffer full = buffer;
      queuedEnd = NONE;
      int next = Math.min(full.length(), MOST_BUFFER_BYTES);
      buffer = all.newBuffer(Math.max(BUFFER_BYTES, next));
      long batch = ++sealed;
      all.append(full, () -> committed(batch));
    }
  }

  // ---- commits

  @Override
  public boolean isFull() {
    return all.isFull(isStuck());
  }

  @Override
  public boolean isFullOfMessages() {
    return all.isIndexFull() || isFull();
  }

  @Override
  public boolean isFailing() {
    return all.journal().isFailing(isStuck());
  }

  /**
   * Looked at once a tick while it is not: every message asks, and to read the clock takes long.
   */
  private boolean isStuck() {
    long now = loop.nowMillis();
    if (stuck || now != stuckLookedAt) {
      stuckLookedAt = now;
      stuck = all.journal().isStuck();
    }
    return stuck;
  }

  @Override
  public boolean isBeyondShare(long bytes, long messages, long own) {
    return all.isBeyondShare(bytes, messages, own);
  }

  @Override
  public boolean isNearlyFullOfMessages() {
    return all.isIndexNearlyFull();
  }

  @Override
  public long told() {
    return told;
  }

  @Override
  public boolean isBehind(int bytes) {
    return all.journal().isBehind(buffer, bytes);
  }

  @Override
  public boolean isCrowded() {
    return waiting.size() > MOST_WAITING;
  }

  @Override
  public void afterCommit(Listener listener, long token) {
    if (waiting.isEmpty() && buffer.isEmpty() && sealed == committed) {
      listener.committed(token);
    } else {
      waiting.add(listener, token, buffer.isEmpty() ? sealed : sealed + 1);
    }
  }

  /** On the journal's thread: the last one that is safe comes first, and the others with it. */
  private void committed(long batch) {
    if (batch <= committed) {
      return;
    }
    committed = batch;
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
    long batch = committed;
    while (waiting.isDue(batch)) {
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
    RecordWriter.published(record(), number, message, clock, targets, groups, session, packetId);
  }

  @Override
  public void handedOver(int source, long number) {
    RecordWriter.handedOver(record(), source, loop.index(), number);
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
    RecordBuffer to = record();
    queuedAt = to.length();
    packetIdAt = RecordWriter.queued(to, session, sequence, number, message, delivery, clock);
    // A whole message is not moved for the packet identifier ahead of it.
    queuedEnd = number == 0 ? NONE : to.length();
    queuedSession = session;
    queuedSequence = sequence;
  }

  @Override
  public void sent(long session, long sequence, int packetId) {
    RecordBuffer to = record();
    boolean isLast = session == queuedSession && sequence == queuedSequence;
    if (isLast && to.length() == queuedEnd) {
      RecordWriter.sent(to, queuedAt, packetIdAt, packetId);
      queuedEnd = NONE;
    } else {
      Records.numbers(to, RecordType.SENT, session, sequence, packetId);
    }
  }

  @Override
  public void taken(long session, long sequence) {
    Records.numbers(record(), RecordType.TAKEN, session, sequence);
  }

  @Override
  public void settled(long session, long sequence) {
    Records.numbers(record(), RecordType.SETTLED, session, sequence);
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
    record();
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
