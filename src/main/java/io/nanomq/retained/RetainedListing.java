package io.nanomq.retained;

import io.nanomq.codec.TopicRules;
import io.nanomq.loop.BatchReader;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreStuckException;
import io.nanomq.persistence.StoredAnswer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lists and removes retained messages by filter. Shared: any thread may ask; the walk is done on
 * one loop, a slice at a time.
 */
public final class RetainedListing {
  private static final int STEPS_PER_TURN = 64;

  /** A start reads about a million a second. */
  private static final int PATIENCE_SECONDS = 60;

  private final LoopContext loop;
  private final RetainedStore store;
  private final SessionStore told;

  /**
   * One message of the list.
   *
   * @param nowMillis clock of the loops when it was read, which its expiry is told by
   */
  public record Listed(PublishMessage message, long nowMillis) {}

  /**
   * @param loop the loop that walks
   * @param told the store of that loop
   */
  public RetainedListing(LoopContext loop, RetainedStore store, SessionStore told) {
    this.told = told;
    this.loop = loop;
    this.store = store;
  }

  /**
   * The messages that match, in the order of the store: stable as long as nothing is stored.
   *
   * @param filter a legal filter
   */
  public BatchReader<Listed> list(String filter) {
    return reader(store.cursor(filter, told));
  }

  /** All messages, those of topics that begin with $ among them. */
  public BatchReader<Listed> all() {
    return reader(store.all(told));
  }

  /** Those that are still on their way from disk are among them. */
  private BatchReader<Listed> reader(RetainedCursor cursor) {
    return () -> whenRead().thenApplyAsync(there -> read(cursor), loop.eventLoop());
  }

  private CompletionStage<Void> whenRead() {
    return store
        .whenRead()
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .exceptionally(
            late -> {
              throw new StoreStuckException("what is retained is still being read from disk");
            });
  }

  private Optional<List<Listed>> read(RetainedCursor cursor) {
    if (cursor.isDone()) {
      return Optional.empty();
    }
    List<Listed> batch = new ArrayList<>();
    step(cursor, message -> batch.add(new Listed(message, loop.nowMillis())));
    return Optional.of(batch);
  }

  /**
   * Removes the messages that match; answered when the store has it. Of those that had no room at
   * the start and are on disk only, {@value TopicsOnDisk#MOST} are known: further ones are removed
   * by their topic, and not by a wildcard.
   *
   * @param filter a legal filter
   * @return how many were removed
   */
  public CompletionStage<Integer> remove(String filter) {
    return whenRead()
        .thenCompose(there -> removeFromMemory(filter))
        .thenCompose(count -> removeFromDisk(filter).thenApply(more -> count + more));
  }

  private CompletionStage<Integer> removeFromDisk(String filter) {
    boolean isOne = !TopicRules.hasWildcard(filter);
    List<String> topics = isOne ? List.of(filter) : store.topicsOnDisk();
    if (topics.isEmpty()) {
      return CompletableFuture.completedFuture(0);
    }
    var done = new CompletableFuture<Integer>();
    loop.eventLoop().execute(() -> removeFromDisk(filter, topics.iterator(), 0, done));
    return done;
  }

  private void removeFromDisk(
      String filter, Iterator<String> topics, int before, CompletableFuture<Integer> done) {
    TurnBudget budget = loop.budget();
    int count = before;
    while (topics.hasNext() && !budget.isUsedUp()) {
      String topic = topics.next();
      budget.spend(TurnBudget.VISIT);
      count += TopicRules.matches(filter, topic) && store.removeFromDisk(topic, told) ? 1 : 0;
    }
    if (topics.hasNext()) {
      int removed = count;
      budget.nextTurn(() -> removeFromDisk(filter, topics, removed, done));
    } else {
      int removed = count;
      StoredAnswer.give(loop, told, done, removed);
    }
  }

  private CompletionStage<Integer> removeFromMemory(String filter) {
    var done = new CompletableFuture<Integer>();
    RetainedCursor cursor = store.cursor(filter, told);
    loop.eventLoop().execute(() -> removeFromMemory(cursor, new int[1], done));
    return done;
  }

  private void removeFromMemory(
      RetainedCursor cursor, int[] count, CompletableFuture<Integer> done) {
    step(cursor, message -> count[0] += store.remove(message, told) ? 1 : 0);
    if (cursor.isDone()) {
      StoredAnswer.give(loop, told, done, count[0]);
    } else {
      loop.budget().nextTurn(() -> removeFromMemory(cursor, count, done));
    }
  }

  private void step(RetainedCursor cursor, Consumer<PublishMessage> visitor) {
    TurnBudget budget = loop.budget();
    for (int i = 0; i < STEPS_PER_TURN && !cursor.isDone() && !budget.isUsedUp(); i++) {
      PublishMessage message = cursor.next(loop.nowMillis());
      budget.spend((long) cursor.visited() * TurnBudget.VISIT);
      if (message != null) {
        visitor.accept(message);
      }
    }
  }
}
