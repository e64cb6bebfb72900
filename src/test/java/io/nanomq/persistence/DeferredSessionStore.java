package io.nanomq.persistence;

import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * A store whose commits take as long as a test wants: nothing is acknowledged before {@link
 * #commit}. It writes down what it was told. Safe to use from any thread.
 */
public final class DeferredSessionStore implements SessionStores {
  private record Waiting(SessionStore.Listener listener, long token) {}

  private final IntFunction<Executor> loops;
  private final Map<Integer, ArrayDeque<Waiting>> waiting = new HashMap<>();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final List<String> besides = Collections.synchronizedList(new ArrayList<>());
  private final Map<Long, String> clients = new ConcurrentHashMap<>();
  private final Map<Integer, Runnable> lastWork = new ConcurrentHashMap<>();
  private final AtomicLong looks = new AtomicLong();
  private boolean open;
  private boolean instant;
  private volatile boolean full;
  private volatile boolean behind;
  private volatile long share = Long.MAX_VALUE;

  /**
   * @param loops the event loop of an index, on which its call-backs are made
   */
  public DeferredSessionStore(IntFunction<Executor> loops) {
    this.loops = loops;
  }

  /** Makes safe what was told so far: those who wait are called back, loop by loop in order. */
  public synchronized void commit() {
    waiting.forEach((loop, all) -> commit(loop, all.size()));
  }

  /** Makes safe the first {@code count} of what each loop waits for. */
  public synchronized void commit(int count) {
    waiting.keySet().forEach(loop -> commit(loop, count));
  }

  /** Makes safe the first {@code count} of what one loop waits for, in one batch. */
  public synchronized void commit(int loopIndex, int count) {
    ArrayDeque<Waiting> queue = waiting.getOrDefault(loopIndex, new ArrayDeque<>());
    List<Waiting> batch = new ArrayList<>();
    for (int i = 0; i < count && !queue.isEmpty(); i++) {
      batch.add(queue.poll());
    }
    if (!batch.isEmpty()) {
      loops
          .apply(loopIndex)
          .execute(() -> batch.forEach(one -> one.listener().committed(one.token())));
    }
  }

  /** Is about to make a batch of what that loop has told; on that loop. */
  public void write(int loopIndex) {
    lastWork.get(loopIndex).run();
  }

  /** Commits from now on as soon as it is asked, though never within the call. */
  public synchronized void commitFromNowOn() {
    open = true;
    commit();
  }

  /** Commits from now on within the call, where nobody waits: for tests that are not about this. */
  public synchronized void commitWithinCalls() {
    instant = true;
  }

  /** Nothing is committed from now on before {@link #commit}, as in the beginning. */
  public synchronized void defer() {
    open = false;
    instant = false;
  }

  /** Has no room for more, or has again. */
  public void full(boolean now) {
    full = now;
  }

  /** Has so much to write that whoever brings more should wait, or has caught up. */
  public void behind(boolean now) {
    behind = now;
  }

  /** Messages of one account may take so many bytes, since others need the room. */
  public void share(long bytes) {
    share = bytes;
  }

  /** How many call-backs are owed to all loops. */
  public synchronized int waiting() {
    return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
  }

  /** What it was told, a line each: {@code queued client 7 qos 1}. */
  public List<String> told() {
    synchronized (told) {
      return List.copyOf(told);
    }
  }

  /** What was told besides, a line each: {@code left 1 for 100}. */
  public List<String> toldBesides() {
    synchronized (besides) {
      return List.copyOf(besides);
    }
  }

  @Override
  public RecoveredState recover(StoreClock clock) {
    return RecoveredState.EMPTY;
  }

  @Override
  public SessionStore open(LoopContext loop, StoreClock clock) {
    return open(loop.index());
  }

  /** Forgets what it was told: where memory is measured, its lines are none of a session's. */
  public void forget() {
    told.clear();
    besides.clear();
  }

  @Override
  public void close() {
    // It keeps nothing.
  }

  SessionStore open(int loopIndex) {
    return new Part(loopIndex);
  }

  private void afterCommit(int loopIndex, SessionStore.Listener listener, long token) {
    if (!waits(loopIndex, listener, token)) {
      listener.committed(token);
    }
  }

  private synchronized boolean waits(int loopIndex, SessionStore.Listener listener, long token) {
    if (instant && waiting.getOrDefault(loopIndex, new ArrayDeque<>()).isEmpty()) {
      return false;
    }
    waiting.computeIfAbsent(loopIndex, i -> new ArrayDeque<>()).add(new Waiting(listener, token));
    if (open) {
      commit(loopIndex, 1);
    }
    return true;
  }

  /** The store of one loop. */
  private final class Part implements SessionStore {
    private final int loopIndex;

    Part(int loopIndex) {
      this.loopIndex = loopIndex;
    }

    private String name(long session) {
      return clients.getOrDefault(session, "nobody");
    }

    @Override
    public void afterCommit(Listener listener, long token) {
      DeferredSessionStore.this.afterCommit(loopIndex, listener, token);
    }

    /** Something at each look: whoever asks whether it has to wait does. */
    @Override
    public long told() {
      return looks.incrementAndGet();
    }

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public boolean isBehind(int bytes) {
      return behind;
    }

    @Override
    public boolean isBeyondShare(long bytes, long messages, long own) {
      return bytes > share;
    }

    @Override
    public void handingOver() {
      besides.add("handing over " + loopIndex);
    }

    @Override
    public void beforeWriting(Runnable work) {
      lastWork.put(loopIndex, work);
    }

    @Override
    public void sessionKept(long session, SessionRecord record) {
      String client = record.connect().clientId();
      boolean isNew = clients.put(session, client) == null;
      // That whose it is has been shown meanwhile is not told twice.
      String line = "kept " + client + " for " + record.expirySeconds();
      if (isNew || !told.get(told.size() - 1).equals(line)) {
        told.add(line);
      }
      besides.add("owner of " + client + " " + record.owner().user());
    }

    @Override
    public void sessionLeft(long session, long expirySeconds) {
      besides.add("left " + name(session) + " for " + expirySeconds);
    }

    @Override
    public void willSettled(long session) {
      besides.add("will of " + name(session));
    }

    @Override
    public void sessionEnding(long session) {
      besides.add("ending " + name(session));
    }

    @Override
    public void sessionEnded(long session) {
      told.add("ended " + name(session));
    }

    @Override
    public void subscribed(long session, Subscription subscription) {
      told.add("subscribed " + name(session) + " " + subscription.filter());
    }

    @Override
    public void unsubscribed(long session, String filter) {
      told.add("unsubscribed " + name(session) + " " + filter);
    }

    @Override
    public void published(
        long number,
        PublishMessage message,
        long targets,
        GroupName[] groups,
        long session,
        int packetId) {
      String from = session == 0 ? "" : " received " + name(session) + " " + packetId;
      String to = " to " + Long.toBinaryString(targets) + Arrays.toString(groups);
      besides.add("published " + number + " " + message.topic().text() + to + from);
    }

    @Override
    public void handedOver(int source, long number) {
      besides.add("handed over " + number + " of " + source + " on " + loopIndex);
    }

    @Override
    public void handedToGroup(long number, GroupName group) {
      besides.add("handed over " + number + " to " + group);
    }

    @Override
    public void routedAgain(long number) {
      besides.add("routed again " + number);
    }

    @Override
    public void queued(
        long session, long sequence, long number, PublishMessage message, DeliveryOptions how) {
      int[] identifiers = how.identifiers();
      String ids = identifiers == null ? "" : " for " + Arrays.toString(identifiers);
      String flag = how.retain() ? " retained" : "";
      told.add("queued " + name(session) + " " + sequence + " qos " + how.qos() + flag + ids);
      besides.add("queued " + name(session) + " " + sequence + " is " + number);
    }

    @Override
    public void sent(long session, long sequence, int packetId) {
      told.add("sent " + name(session) + " " + sequence + " as " + packetId);
    }

    @Override
    public void taken(long session, long sequence) {
      told.add("taken " + name(session) + " " + sequence);
    }

    @Override
    public void settled(long session, long sequence) {
      told.add("settled " + name(session) + " " + sequence);
    }

    @Override
    public void received(long session, int packetId) {
      told.add("received " + name(session) + " " + packetId);
    }

    @Override
    public void released(long session, int packetId) {
      told.add("released " + name(session) + " " + packetId);
    }

    @Override
    public void retained(PublishMessage message, long version) {
      besides.add("retained " + message.topic().text() + " version " + version);
    }

    @Override
    public void unretained(String topic, long version) {
      besides.add("unretained " + topic + " version " + version);
    }
  }
}
