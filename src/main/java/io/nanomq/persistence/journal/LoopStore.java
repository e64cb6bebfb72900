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
import io.nanomq.persistence.journal.table.NumberRun;
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

  /** Answers that may wait for a disk that stands still: 24 bytes each. */
  private static final int MOST_WAITING = 32 * 1024;

  private final JournalStores all;
  private final LoopContext loop;
  private final StoreClock clock;
  private final WaitingTokens waiting = new WaitingTokens();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable tell = this::tell;
  private RecordBuffer buffer;
  private int usualBytes;
  // Tells what else belongs to what is in the buffer.
  private Runnable last = () -> {};
  // The record of what was queued last: where it and its packet identifier begin, and where it
  // ends, if it is in this buffer and may be told to be sent.
  private int queuedAt;
  private int packetIdAt;
  private int queuedEnd = NONE;
  private long queuedSession;
  private long queuedSequence;
  // What of this turn is not in the buffer yet: it makes no difference which of them comes first.
  private final NumberRun sentOnes = new NumberRun(1);
  private final NumberRun takenOnes = new NumberRun(0);
  private final NumberRun settledOnes = new NumberRun(0);
  private final List<Runnable> questions = new ArrayList<>();
  private boolean endsTurn;
  // Whether somebody waits for what is not sealed, as for all but what a client has acknowledged.
  private boolean awaited;
  private int longestRun;
  private boolean stuck;
  private long stuckLookedAt;
  private long sealed;
  private long lastAwaited;
  private long told;
  // Written by the journal's thread only.
  private volatile long committed;

  LoopStore(JournalStores all, LoopContext loop, StoreClock clock) {
    this.all = all;
    this.loop = loop;
    this.clock = clock;
    this.buffer = all.newBuffer(0);
  }

  /** Where the next record goes; not one of what a client has acknowledged. */
  private RecordBuffer record() {
    awaited = true;
    writeRuns();
    tells();
    return buffer;
  }

  private void tells() {
    told++;
    if (!endsTurn) {
      endsTurn = true;
      loop.atTurnEnd(this);
    }
  }

  private void writeRuns() {
    write(sentOnes, RecordType.SENT, RecordType.ALL_SENT);
    write(takenOnes, RecordType.TAKEN, RecordType.ALL_TAKEN);
    write(settledOnes, RecordType.SETTLED, RecordType.ALL_SETTLED);
  }

  private void write(NumberRun run, int ofOne, int ofAll) {
    if (run.count() > 0) {
      longestRun = Math.max(longestRun, run.count());
      Records.run(buffer, ofOne, ofAll, run);
      run.clear();
    }
  }

  /** Whether all that was told is sealed. */
  private boolean isSealed() {
    boolean hasRuns = sentOnes.count() + takenOnes.count() + settledOnes.count() > 0;
    return buffer.isEmpty() && !hasRuns;
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

  @Override
  public void beforeWriting(Runnable work) {
    last = work;
  }

  private void seal() {
    if (!buffer.isEmpty()) {
      last.run();
    }
    writeRuns();
    if (!buffer.isEmpty()) {
      RecordBuffer full = buffer;
      queuedEnd = NONE;
      usualBytes = Math.max(full.length(), usualBytes - usualBytes / 8);
      buffer = all.newBuffer(usualBytes);
      long batch = ++sealed;
      boolean canWait = !awaited && longestRun >= all.longRun;
      lastAwaited = canWait ? lastAwaited : batch;
      all.append(full, () -> committed(batch), canWait);
      awaited = false;
      longestRun = 0;
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
    boolean isSealed = isSealed();
    if (waiting.isEmpty() && isSealed && sealed == committed) {
      listener.committed(token);
    } else {
      waiting.add(listener, token, isSealed ? sealed : sealed + 1);
      hurry(isSealed);
    }
  }

  private void hurry(boolean isSealed) {
    if (!isSealed) {
      awaited = true;
    } else if (lastAwaited < sealed) {
      lastAwaited = sealed;
      all.journal().hurry();
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
    // Between messages: what belongs to one is told as if other loops had a part of it.
    if (buffer.length() >= JournalStores.FULL_BYTES) {
      seal();
    }
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
    tells();
    boolean isLast = session == queuedSession && sequence == queuedSequence;
    if (isLast && buffer.length() == queuedEnd) {
      RecordWriter.sent(buffer, queuedAt, packetIdAt, packetId);
      queuedEnd = NONE;
    } else if (!sentOnes.add(session, sequence, packetId)) {
      write(sentOnes, RecordType.SENT, RecordType.ALL_SENT);
      sentOnes.begin(session, sequence, packetId);
    }
  }

  @Override
  public void taken(long session, long sequence) {
    tells();
    if (!takenOnes.add(session, sequence, 0)) {
      write(takenOnes, RecordType.TAKEN, RecordType.ALL_TAKEN);
      takenOnes.begin(session, sequence, 0);
    }
  }

  @Override
  public void settled(long session, long sequence) {
    tells();
    if (!settledOnes.add(session, sequence, 0)) {
      write(settledOnes, RecordType.SETTLED, RecordType.ALL_SETTLED);
      settledOnes.begin(session, sequence, 0);
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
    tells();
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
