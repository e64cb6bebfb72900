package io.nanomq.retained;

import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Lists and removes retained messages by filter. Shared: any thread may ask; the walk is done on
 * one loop, a slice at a time.
 */
public final class RetainedListing {
  private static final int STEPS_PER_TURN = 64;

  private final LoopContext loop;
  private final RetainedStore store;

  /**
   * One part of the list, in the order of the store: stable as long as nothing is stored.
   *
   * @param count messages that match, on all pages
   * @param messages those of this page
   * @param nowMillis clock of the loops, which their expiry is told by
   */
  public record Page(int count, List<PublishMessage> messages, long nowMillis) {}

  /**
   * @param loop the loop that walks
   */
  public RetainedListing(LoopContext loop, RetainedStore store) {
    this.loop = loop;
    this.store = store;
  }

  /**
   * One page of the messages that match.
   *
   * @param filter a legal filter
   * @param skip messages before the page, 0 or more
   * @param limit messages on the page
   */
  public CompletionStage<Page> list(String filter, long skip, int limit) {
    List<PublishMessage> page = new ArrayList<>();
    int[] count = {0};
    return walk(
            filter,
            message -> {
              if (count[0] >= skip && page.size() < limit) {
                page.add(message);
              }
              count[0]++;
            })
        .thenApply(done -> new Page(count[0], page, loop.nowMillis()));
  }

  /**
   * Removes the messages that match.
   *
   * @param filter a legal filter
   * @return how many were removed
   */
  public CompletionStage<Integer> remove(String filter) {
    int[] count = {0};
    return walk(filter, message -> count[0] += store.remove(message) ? 1 : 0)
        .thenApply(done -> count[0]);
  }

  private CompletionStage<Void> walk(String filter, Consumer<PublishMessage> visitor) {
    var done = new CompletableFuture<Void>();
    RetainedCursor cursor = store.cursor(filter);
    loop.eventLoop().execute(() -> step(cursor, visitor, done));
    return done;
  }

  private void step(
      RetainedCursor cursor, Consumer<PublishMessage> visitor, CompletableFuture<Void> done) {
    for (int i = 0; i < STEPS_PER_TURN && !cursor.isDone(); i++) {
      PublishMessage message = cursor.next(loop.nowMillis());
      if (message != null) {
        visitor.accept(message);
      }
    }
    if (cursor.isDone()) {
      done.complete(null);
    } else {
      loop.eventLoop().execute(() -> step(cursor, visitor, done));
    }
  }
}
