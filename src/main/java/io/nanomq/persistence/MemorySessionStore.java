package io.nanomq.persistence;

import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;

/**
 * Keeps nothing beyond what the sessions themselves hold in memory: sessions live as long as the
 * process, and everything is as safe as it will get at once. One serves all loops.
 */
public final class MemorySessionStore implements SessionStores, SessionStore {
  private final StoreStatus status;

  public MemorySessionStore() {
    this(StoreStatus.NONE);
  }

  /**
   * @param status why there is no other one
   */
  public MemorySessionStore(StoreStatus status) {
    this.status = status;
  }

  @Override
  public StoreStatus status() {
    return status;
  }

  // The session itself is the record: there is nothing to be done in any of these.

  @Override
  public RecoveredState recover(StoreClock clock) {
    return RecoveredState.EMPTY;
  }

  @Override
  public SessionStore open(LoopContext loop, StoreClock clock) {
    return this;
  }

  @Override
  public void close() {}

  @Override
  public boolean isLasting() {
    return false;
  }

  @Override
  public void afterCommit(Listener listener, long token) {
    listener.committed(token);
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public void handingOver() {}

  @Override
  public void sessionKept(long session, SessionRecord record) {}

  @Override
  public void sessionLeft(long session, long expirySeconds) {}

  @Override
  public void willSettled(long session) {}

  @Override
  public void sessionEnding(long session) {}

  @Override
  public void sessionEnded(long session) {}

  @Override
  public void subscribed(long session, Subscription subscription) {}

  @Override
  public void unsubscribed(long session, String filter) {}

  @Override
  public void published(
      long number,
      PublishMessage message,
      long targets,
      GroupName[] groups,
      long session,
      int packetId) {}

  @Override
  public void handedOver(int source, long number) {}

  @Override
  public void handedToGroup(long number, GroupName group) {}

  @Override
  public void routedAgain(long number) {}

  @Override
  public void queued(
      long session, long sequence, long number, PublishMessage message, DeliveryOptions delivery) {}

  @Override
  public void sent(long session, long sequence, int packetId) {}

  @Override
  public void taken(long session, long sequence) {}

  @Override
  public void settled(long session, long sequence) {}

  @Override
  public void received(long session, int packetId) {}

  @Override
  public void released(long session, int packetId) {}

  @Override
  public void retained(PublishMessage message, long version) {}

  @Override
  public void unretained(String topic, long version) {}
}
