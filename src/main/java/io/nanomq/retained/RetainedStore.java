package io.nanomq.retained;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionCopy.Outcome;
import io.nanomq.persistence.SessionStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages of the broker, MQTT 5.0 section 3.3.1.3, one a topic.
 *
 * <p>Shared: reading takes no lock; storing and removing hold one for the few steps down the tree.
 * Each change has a version, given under the lock; the store of the loop that makes it is told
 * after that.
 */
public final class RetainedStore {
  private static final long REFUSED = -1;
  private static final long UNCHANGED = 0;

  private final RetainedNode root = new RetainedNode(null, "");
  private final IntSupplier maxMessages;
  private final Budget budget;
  private int size;
  private long version;
  // A level, of which topic, and where in it that begins.
  private String lastTopic = "";
  private int lastStart;
  private String lastLevel = "";
  private final TopicsOnDisk onDisk = new TopicsOnDisk();
  private CompletableFuture<Void> read = CompletableFuture.completedFuture(null);
  private volatile boolean awaitsFirst;

  /**
   * @param maxMessages topics that may have a retained message
   * @param budget what all of them may take, with the tree that they stand in
   */
  public RetainedStore(IntSupplier maxMessages, Budget budget) {
    this.maxMessages = maxMessages;
    this.budget = budget;
  }

  public synchronized int size() {
    return size;
  }

  /** The versions of an earlier process went up to that one; before the first message. */
  public synchronized void continueAfter(long last) {
    version = last;
  }

  /**
   * Stores a message in place of the topic's former one; one with an empty payload only removes
   * that [MQTT-3.3.1-6] [MQTT-3.3.1-7].
   *
   * @param account whose message it is, null = the broker's own or an administrator's
   * @param told the store of the calling loop, which outlives the process
   * @return whether it was taken: false where there is no room, in the store or in the share of the
   *     account; the former one is kept then
   */
  public boolean store(PublishMessage message, @Nullable Account account, SessionStore told) {
    long changed = change(message, account);
    if (changed > 0 && message.payload().length == 0) {
      told.unretained(message.topic().text(), changed);
    } else if (changed > 0) {
      told.retained(message, changed);
    }
    return changed != REFUSED;
  }

  /**
   * Stores a message that was brought from another broker, as the broker's own.
   *
   * @param replaces whether it takes the place of one that is there and has not expired
   * @param nowMillis clock of the loops
   * @param told the store of the calling loop
   */
  public Outcome bring(
      PublishMessage message, boolean replaces, long nowMillis, SessionStore told) {
    long changed;
    synchronized (this) {
      RetainedNode there = find(message.topic().text());
      PublishMessage before = there == null ? null : there.message();
      if (before != null && !replaces && !before.isExpired(nowMillis)) {
        return Outcome.skipped("its topic has a retained message here");
      }
      changed = change(message, null);
    }
    if (changed > 0) {
      told.retained(message, changed);
      return Outcome.TAKEN;
    }
    return Outcome.refused("there are as many retained messages as there may be, or too large");
  }

  /** Stores one that no store is told of, as long as it lasts. */
  public boolean store(PublishMessage message, @Nullable Account account) {
    return change(message, account) != REFUSED;
  }

  /**
   * What is on disk is about to be read, all of it, by one thread: what changes from now on holds.
   * Followed by {@link #endReading}.
   *
   * @param isFirst whether an earlier process left it, and nobody has had any of it yet
   */
  public synchronized void beginReading(boolean isFirst) {
    onDisk.beginReading();
    read = new CompletableFuture<>();
    awaitsFirst = isFirst;
  }

  /**
   * Brings back one that was told before, as the broker's own, unless its topic has another one by
   * now or none.
   *
   * @return whether it is there because of that: not where there is no room, or where so many were
   *     removed meanwhile that they are not known
   */
  public synchronized boolean bringBack(PublishMessage message) {
    String topic = message.topic().text();
    if (!onDisk.isReading() || onDisk.isGone(topic)) {
      return false;
    }
    long changed = change(message, null, true);
    if (changed == REFUSED) {
      onDisk.add(topic);
    }
    return changed > 0;
  }

  /**
   * @param isWhole whether all that is on disk was read
   */
  public void endReading(boolean isWhole) {
    CompletableFuture<Void> done;
    synchronized (this) {
      onDisk.endReading(isWhole);
      awaitsFirst = false;
      done = read;
    }
    done.complete(null);
  }

  /**
   * Completes when what is on disk is not being read: there may be more than in memory until then.
   */
  public synchronized CompletionStage<Void> whenRead() {
    return read.minimalCompletionStage();
  }

  /** Whether what an earlier process left is still to come. */
  boolean awaitsFirst() {
    return awaitsFirst;
  }

  /** Whether messages are on disk only. */
  public synchronized boolean isPartlyOnDisk() {
    return !onDisk.isEmpty();
  }

  /** Whether there may be more than there are. */
  public synchronized boolean hasPlaces() {
    return size < maxMessages.getAsInt();
  }

  /**
   * Removes the message of a topic that may be on disk only.
   *
   * @param told the store of the calling loop
   * @return whether it is known that there was one: what is in memory is removed otherwise
   */
  boolean removeFromDisk(String topic, SessionStore told) {
    boolean isKnown;
    long changed;
    synchronized (this) {
      isKnown = onDisk.isKnown(topic);
      changed = versionOnDisk(topic);
    }
    if (changed > 0) {
      told.unretained(topic, changed);
    }
    return isKnown;
  }

  private long versionOnDisk(String topic) {
    RetainedNode there = find(topic);
    boolean isHere = there != null && there.message() != null;
    return isHere ? UNCHANGED : goneFromDisk(topic);
  }

  private long goneFromDisk(String topic) {
    if (!onDisk.mayHave(topic)) {
      return UNCHANGED;
    }
    onDisk.removed(topic);
    return ++version;
  }

  /** Topics whose messages had no room at the start and are on disk only, as far as known. */
  synchronized List<String> topicsOnDisk() {
    return onDisk.known();
  }

  /**
   * @return version of the change
   */
  private long change(PublishMessage message, @Nullable Account account) {
    return change(message, account, false);
  }

  /**
   * @param isOld whether what the topic has by now is newer
   */
  private synchronized long change(
      PublishMessage message, @Nullable Account account, boolean isOld) {
    String topic = message.topic().text();
    RetainedNode deepest = root;
    int start = 0;
    while (start >= 0) {
      int slash = topic.indexOf('/', start);
      RetainedNode child = deepest.onlyChild(topic, start, slash < 0 ? topic.length() : slash);
      child = child == null ? deepest.child(level(topic, start, slash)) : child;
      if (child == null) {
        break;
      }
      deepest = child;
      start = slash < 0 ? -1 : slash + 1;
    }
    boolean hasNewer = isOld && start < 0 && deepest.message() != null;
    return hasNewer ? UNCHANGED : change(message, account, deepest, start);
  }

  /**
   * @param deepest the last node of the path that is there
   * @param rest where in the topic the next level begins, -1 = there is none
   */
  private long change(
      PublishMessage message, @Nullable Account account, RetainedNode deepest, int rest) {
    RetainedNode there = rest < 0 ? deepest : null;
    if (message.payload().length == 0) {
      long removed = remove(there);
      return removed == UNCHANGED ? goneFromDisk(message.topic().text()) : removed;
    }
    String topic = message.topic().text();
    PublishMessage before = there == null ? null : there.message();
    int path = rest < 0 ? 0 : deepest.costOfNewPath(topic, rest);
    if (before == null && size >= maxMessages.getAsInt()
        || !take(message.retainedBytes() + path, account, there, before)) {
      return REFUSED;
    }
    size += before == null ? 1 : 0;
    newPath(deepest, topic, rest, account).message(message, account);
    onDisk.replaced(topic);
    return ++version;
  }

  /** A level of a topic; the one that was asked for last is not made twice. */
  private String level(String topic, int start, int slash) {
    if (start != lastStart || !topic.equals(lastTopic)) {
      lastLevel = slash < 0 ? topic.substring(start) : topic.substring(start, slash);
      lastTopic = topic;
      lastStart = start;
    }
    return lastLevel;
  }

  /** Whoever replaces a message is charged in place of who stored that. */
  private boolean take(
      long bytes,
      @Nullable Account account,
      @Nullable RetainedNode there,
      @Nullable PublishMessage before) {
    if (there == null || before == null) {
      return budget.takeLasting(account, 0, bytes);
    }
    int freed = before.retainedBytes();
    budget.give(there.account(), freed);
    if (account == there.account() && bytes <= freed) {
      budget.add(account, bytes);
      return true;
    }
    boolean isTaken = budget.takeLasting(account, 0, bytes);
    if (!isTaken) {
      budget.add(there.account(), freed);
    }
    return isTaken;
  }

  /**
   * Removes a message, unless a newer one has taken its place.
   *
   * @param told the store of the calling loop
   */
  boolean remove(PublishMessage message, SessionStore told) {
    return remove(null, message, told);
  }

  /**
   * Removes a message that has expired, unless a newer one has taken its place.
   *
   * @param told the store of the calling loop
   */
  void removeExpired(RetainedNode node, PublishMessage expired, SessionStore told) {
    remove(node, expired, told);
  }

  private boolean remove(@Nullable RetainedNode node, PublishMessage message, SessionStore told) {
    long changed = removeOnly(node, message);
    if (changed > 0) {
      told.unretained(message.topic().text(), changed);
    }
    return changed > 0;
  }

  private synchronized long removeOnly(@Nullable RetainedNode known, PublishMessage message) {
    RetainedNode node = known == null ? find(message.topic().text()) : known;
    return node != null && node.message() == message ? remove(node) : UNCHANGED;
  }

  /**
   * @return version of the change
   */
  private long remove(@Nullable RetainedNode found) {
    RetainedNode node = found;
    PublishMessage gone = node == null ? null : node.message();
    if (node == null || gone == null) {
      return UNCHANGED;
    }
    budget.give(node.account(), gone.retainedBytes());
    node.message(null, null);
    onDisk.removed(gone.topic().text());
    size--;
    RetainedNode parent = node.parent();
    while (parent != null && node.message() == null && !node.hasChildren()) {
      parent.remove(node, budget);
      node = parent;
      parent = node.parent();
    }
    return ++version;
  }

  private @Nullable RetainedNode find(String topic) {
    RetainedNode node = root;
    int start = 0;
    while (node != null && start >= 0) {
      int slash = topic.indexOf('/', start);
      node = node.child(level(topic, start, slash));
      start = slash < 0 ? -1 : slash + 1;
    }
    return node;
  }

  /** Makes the rest of a path, of which nothing is there. */
  private RetainedNode newPath(
      RetainedNode from, String topic, int rest, @Nullable Account account) {
    RetainedNode node = from;
    int start = rest;
    while (start >= 0) {
      int slash = topic.indexOf('/', start);
      node = node.newChild(level(topic, start, slash), budget, account);
      start = slash < 0 ? -1 : slash + 1;
    }
    return node;
  }

  /**
   * Starts to go through the messages whose topics match a legal filter.
   *
   * @param told the store of the loop that goes through them
   */
  public RetainedCursor cursor(String filter, SessionStore told) {
    return new RetainedCursor(this, root, filter, true, told);
  }

  /**
   * Starts to go through all messages, those of topics that begin with $ among them.
   *
   * @param told the store of the loop that goes through them
   */
  RetainedCursor all(SessionStore told) {
    return new RetainedCursor(this, root, "#", false, told);
  }
}
