package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A store whose commits take as long as a test wants: nothing is acknowledged before {@link
 * #commit}. It writes down what it was told. Safe to use from any thread.
 */
public final class DeferredSessionStore implements SessionStore {
  private record Waiting(Listener listener, long token) {}

  private final IntFunction<Executor> loops;
  private final Map<Integer, ArrayDeque<Waiting>> waiting = new HashMap<>();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private boolean open;

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

  /** Commits from now on as soon as it is asked, though never within the call. */
  public synchronized void commitFromNowOn() {
    open = true;
    commit();
  }

  /** Nothing is committed from now on before {@link #commit}, as in the beginning. */
  public synchronized void defer() {
    open = false;
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

  @Override
  public synchronized void afterCommit(int loopIndex, Listener listener, long token) {
    waiting.computeIfAbsent(loopIndex, i -> new ArrayDeque<>()).add(new Waiting(listener, token));
    if (open) {
      commit(loopIndex, 1);
    }
  }

  @Override
  public void sessionKept(String clientId, long expirySeconds) {
    told.add("kept " + clientId + " for " + expirySeconds);
  }

  @Override
  public void sessionEnded(String clientId) {
    told.add("ended " + clientId);
  }

  @Override
  public void subscribed(String clientId, Subscription subscription) {
    told.add("subscribed " + clientId + " " + subscription.filter());
  }

  @Override
  public void unsubscribed(String clientId, String filter) {
    told.add("unsubscribed " + clientId + " " + filter);
  }

  @Override
  public void queued(
      String clientId,
      long sequence,
      PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers) {
    String ids = identifiers == null ? "" : " for " + Arrays.toString(identifiers);
    String flag = retain ? " retained" : "";
    told.add("queued " + clientId + " " + sequence + " qos " + qos + flag + ids);
  }

  @Override
  public void sent(String clientId, long sequence, int packetId) {
    told.add("sent " + clientId + " " + sequence + " as " + packetId);
  }

  @Override
  public void taken(String clientId, long sequence) {
    told.add("taken " + clientId + " " + sequence);
  }

  @Override
  public void settled(String clientId, long sequence) {
    told.add("settled " + clientId + " " + sequence);
  }

  @Override
  public void received(String clientId, int packetId) {
    told.add("received " + clientId + " " + packetId);
  }

  @Override
  public void released(String clientId, int packetId) {
    told.add("released " + clientId + " " + packetId);
  }
}
