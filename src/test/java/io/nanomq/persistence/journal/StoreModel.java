package io.nanomq.persistence.journal;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.SessionStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a store is to know, kept as plainly as can be: told call by call, in order. */
public final class StoreModel {
  public static final class OneSession {
    public SessionRecord record;
    public long left = RecoveredSession.CONNECTED;
    public boolean ending;
    public final Map<String, Subscription> subscriptions = new TreeMap<>();
    public final TreeMap<Long, OneDelivery> deliveries = new TreeMap<>();
    public final Set<Integer> received = new TreeSet<>();
    public long lastSequence = -1;
  }

  public static final class OneDelivery {
    public long number;
    public PublishMessage message;
    public DeliveryOptions options;
    public int packetId;
    public boolean taken;
  }

  public static final class OneMessage {
    public PublishMessage message;
    public long targets;
    public boolean again;
    public List<GroupName> groups;
    public final Set<Long> had = new TreeSet<>();

    public boolean isPending() {
      return again || targets != 0 || !groups.isEmpty();
    }
  }

  public final TreeMap<Long, OneSession> sessions = new TreeMap<>();
  public final TreeMap<Long, OneMessage> messages = new TreeMap<>();
  public final TreeMap<String, PublishMessage> retained = new TreeMap<>();
  final Map<String, Long> versions = new TreeMap<>();
  long lastSession;
  long lastMessage;
  long lastVersion;

  /** A process begins. */
  void begin() {
    for (OneMessage message : messages.values()) {
      message.again |= message.targets != 0;
      message.targets = 0;
    }
  }

  /** Whether a message may still be queued for somebody who has not had it. */
  public boolean isNeeded(long number) {
    OneMessage message = messages.get(number);
    return message != null && message.isPending();
  }

  /** What one loop tells. */
  public SessionStore told(int loop, long now) {
    return new Part(loop, now);
  }

  private final class Part implements SessionStore {
    private final int loop;
    private final long now;

    Part(int loop, long now) {
      this.loop = loop;
      this.now = now;
    }

    private OneSession session(long number) {
      lastSession = Math.max(lastSession, number);
      return sessions.computeIfAbsent(number, n -> new OneSession());
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
    public void sessionKept(long session, SessionRecord record) {
      OneSession one = session(session);
      one.record = record;
      one.left = RecoveredSession.CONNECTED;
      one.ending = false;
    }

    @Override
    public void sessionLeft(long session, long expirySeconds) {
      OneSession one = session(session);
      one.left = now;
      SessionRecord r = one.record;
      one.record = new SessionRecord(r.connect(), expirySeconds, r.keepAliveSeconds(), r.owner());
    }

    @Override
    public void willSettled(long session) {
      OneSession one = session(session);
      SessionRecord r = one.record;
      one.record =
          new SessionRecord(
              r.connect().withoutWill(), r.expirySeconds(), r.keepAliveSeconds(), r.owner());
    }

    @Override
    public void sessionEnding(long session) {
      session(session).ending = true;
    }

    @Override
    public void sessionEnded(long session) {
      lastSession = Math.max(lastSession, session);
      sessions.remove(session);
    }

    @Override
    public void subscribed(long session, Subscription subscription) {
      session(session).subscriptions.put(subscription.filter(), subscription);
    }

    @Override
    public void unsubscribed(long session, String filter) {
      session(session).subscriptions.remove(filter);
    }

    @Override
    public void published(
        long number,
        PublishMessage message,
        long targets,
        GroupName[] groups,
        long session,
        int packetId) {
      lastMessage = Math.max(lastMessage, MessageNumber.count(number));
      OneMessage one = new OneMessage();
      one.message = message;
      one.targets = targets;
      one.groups = new java.util.ArrayList<>(List.of(groups));
      messages.put(number, one);
      if (session != 0) {
        received(session, packetId);
      }
    }

    @Override
    public void handedOver(int source, long number) {
      messages
          .headMap(number, true)
          .forEach(
              (n, message) -> {
                if (MessageNumber.loop(n) == source) {
                  message.targets &= ~(1L << loop);
                }
              });
    }

    @Override
    public void handedToGroup(long number, GroupName group) {
      messages.get(number).groups.remove(group);
    }

    @Override
    public void routedAgain(long number) {
      OneMessage message = messages.get(number);
      message.again = false;
      message.targets = 0;
      message.groups.clear();
    }

    @Override
    public void queued(
        long session,
        long sequence,
        long number,
        PublishMessage message,
        DeliveryOptions delivery) {
      OneSession one = session(session);
      OneDelivery queued = new OneDelivery();
      queued.number = number;
      queued.message = message;
      queued.options = delivery;
      one.deliveries.put(sequence, queued);
      one.lastSequence = Math.max(one.lastSequence, sequence);
      if (isNeeded(number)) {
        messages.get(number).had.add(session);
      }
    }

    @Override
    public void sent(long session, long sequence, int packetId) {
      session(session).deliveries.get(sequence).packetId = packetId;
    }

    @Override
    public void taken(long session, long sequence) {
      OneDelivery delivery = session(session).deliveries.get(sequence);
      delivery.taken = true;
      delivery.message = null;
    }

    @Override
    public void settled(long session, long sequence) {
      session(session).deliveries.remove(sequence);
    }

    @Override
    public void received(long session, int packetId) {
      session(session).received.add(packetId);
    }

    @Override
    public void released(long session, int packetId) {
      session(session).received.remove(packetId);
    }

    @Override
    public void retained(PublishMessage message, long version) {
      if (isNewer(message.topic().text(), version)) {
        retained.put(message.topic().text(), message);
      }
    }

    @Override
    public void unretained(String topic, long version) {
      if (isNewer(topic, version)) {
        retained.remove(topic);
      }
    }

    private boolean isNewer(String topic, long version) {
      lastVersion = Math.max(lastVersion, version);
      boolean newer = version > versions.getOrDefault(topic, -1L);
      if (newer) {
        versions.put(topic, version);
      }
      return newer;
    }
  }

  /** Numbers of those that are to be routed again, or wait for a member of a group. */
  public Set<Long> pending() {
    Set<Long> pending = new HashSet<>();
    messages.forEach(
        (number, message) -> {
          if (message.isPending()) {
            pending.add(number);
          }
        });
    return pending;
  }
}
