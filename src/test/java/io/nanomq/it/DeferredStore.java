package io.nanomq.it;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.SessionStore;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.ArrayList;
import java.util.List;

/** A store that commits when the test says so, as a disk does: later, in batches, in order. */
final class DeferredStore implements SessionStore {
  private record Waiting(EventExecutor loop, Listener listener, long token) {}

  private final List<Waiting> waiting = new ArrayList<>();
  private final List<String> journal = new ArrayList<>();
  private boolean deferring;

  /** From now on nothing is committed before {@link #commit}. */
  synchronized DeferredStore defer() {
    deferring = true;
    return this;
  }

  /** Commits all that waits, and from now on everything at once. */
  synchronized void commitAllAndGoOn() {
    deferring = false;
    commit();
  }

  /** Commits all that waits: in order, each on the loop that asked, one task each. */
  synchronized void commit() {
    commit(waiting.size());
  }

  /** Commits the first {@code count} that wait. */
  synchronized void commit(int count) {
    List<Waiting> batch = waiting.subList(0, count);
    for (Waiting one : batch) {
      one.loop.execute(() -> one.listener.committed(one.token));
    }
    batch.clear();
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** What the store was told about sessions, in order. */
  synchronized List<String> journal() {
    return List.copyOf(journal);
  }

  @Override
  public synchronized void afterCommit(int loopIndex, Listener listener, long token) {
    if (deferring) {
      waiting.add(new Waiting(ThreadExecutorMap.currentExecutor(), listener, token));
    } else {
      listener.committed(token);
    }
  }

  private synchronized void note(String entry) {
    journal.add(entry);
  }

  @Override
  public void sessionKept(String clientId, long expirySeconds) {
    note("kept " + clientId + " " + expirySeconds);
  }

  @Override
  public void sessionEnded(String clientId) {
    note("ended " + clientId);
  }

  @Override
  public void subscribed(String clientId, Subscription subscription) {
    note("subscribed " + clientId + " " + subscription.filter());
  }

  @Override
  public void unsubscribed(String clientId, String filter) {
    note("unsubscribed " + clientId + " " + filter);
  }

  @Override
  public void queued(String clientId, long sequence, PublishMessage message, int qos) {
    note("queued " + clientId + " " + sequence + " " + qos);
  }

  @Override
  public void settled(String clientId, long sequence) {
    note("settled " + clientId + " " + sequence);
  }

  @Override
  public void received(String clientId, int packetId) {
    note("received " + clientId + " " + packetId);
  }

  @Override
  public void released(String clientId, int packetId) {
    note("released " + clientId + " " + packetId);
  }
}
