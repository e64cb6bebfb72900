package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing beyond what the sessions themselves hold in memory: sessions live as long as the
 * process, and everything is as safe as it will get at once.
 */
public final class MemorySessionStore implements SessionStore {
  @Override
  public void afterCommit(int loopIndex, Listener listener, long token) {
    listener.committed(token);
  }

  @Override
  public void sessionKept(String clientId, long expirySeconds) {
    // The session itself is the record.
  }

  @Override
  public void sessionEnded(String clientId) {
    // The session itself is the record.
  }

  @Override
  public void subscribed(String clientId, Subscription subscription) {
    // The session itself is the record.
  }

  @Override
  public void unsubscribed(String clientId, String filter) {
    // The session itself is the record.
  }

  @Override
  public void queued(
      String clientId,
      long sequence,
      PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers) {
    // The session itself is the record.
  }

  @Override
  public void sent(String clientId, long sequence, int packetId) {
    // The session itself is the record.
  }

  @Override
  public void taken(String clientId, long sequence) {
    // The session itself is the record.
  }

  @Override
  public void settled(String clientId, long sequence) {
    // The session itself is the record.
  }

  @Override
  public void received(String clientId, int packetId) {
    // The session itself is the record.
  }

  @Override
  public void released(String clientId, int packetId) {
    // The session itself is the record.
  }
}
