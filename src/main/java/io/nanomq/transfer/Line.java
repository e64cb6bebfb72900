package io.nanomq.transfer;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;

/** One line of an export. */
sealed interface Line {
  /** The first line: format and version of the broker that wrote it. */
  record Header(int format, String version) implements Line {}

  /** A session; its subscriptions and messages follow. */
  record OfSession(SessionCopy session) implements Line {}

  /**
   * A subscription of the session before it. Nothing that is retained is sent for it: its Retain
   * Handling is about what is sent when it begins.
   */
  record OfSubscription(String clientId, Subscription subscription) implements Line {}

  /** A message of QoS 1 or 2 for the session before it; those that are in flight come first. */
  record OfMessage(String clientId, RecoveredSession.Message message) implements Line {}

  /** A retained message. */
  record OfRetained(PublishMessage message) implements Line {}

  /** The last line: how many lines are between it and the first one. */
  record End(long lines) implements Line {}
}
