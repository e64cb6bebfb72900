package io.nanomq.persistence;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An answer that is given when the store has what was done for it, or in which it is said that the
 * disk fails: nobody who asks waits for that.
 */
@LoopConfined
public final class StoredAnswer<T> {
  /** The disk has to fail at two looks: it may do so for a moment. */
  private static final int LOOK_MILLIS = 1_000;

  private final LoopContext loop;
  private final SessionStore store;
  private final CompletableFuture<T> answer;
  private boolean failed;

  private StoredAnswer(LoopContext loop, SessionStore store, CompletableFuture<T> answer) {
    this.loop = loop;
    this.store = store;
    this.answer = answer;
  }

  /**
   * Answers when all is safe that the loop told until now; with {@link StoreStuckException} where
   * the disk fails for seconds.
   *
   * @param store that of the calling loop
   */
  public static <T> void give(
      LoopContext loop, SessionStore store, CompletableFuture<T> answer, T result) {
    store.afterCommit(token -> answer.complete(result), 0);
    if (!answer.isDone()) {
      new StoredAnswer<>(loop, store, answer).lookLater();
    }
  }

  private void lookLater() {
    loop.eventLoop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (answer.isDone()) {
      return;
    }
    boolean fails = store.isFailing();
    if (fails && failed) {
      answer.completeExceptionally(
          new StoreStuckException("done, but the disk fails: it may not outlive the process"));
      return;
    }
    failed = fails;
    lookLater();
  }
}
