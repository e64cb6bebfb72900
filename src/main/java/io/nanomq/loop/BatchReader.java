package io.nanomq.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Something long, read a batch at a time, as fast as its reader asks for more. Used by one caller,
 * who asks for the next batch after the one before has come.
 */
public interface BatchReader<T> {

  /** The next batch, which may have no elements; empty = there are no more batches. */
  CompletionStage<Optional<List<T>>> next();

  /**
   * What an iterator has, so many at a time.
   *
   * @param all read by one caller, as this is
   */
  static <T> BatchReader<T> of(Iterator<T> all, int size) {
    return () -> {
      List<T> batch = new ArrayList<>(size);
      while (batch.size() < size && all.hasNext()) {
        batch.add(all.next());
      }
      return CompletableFuture.completedFuture(
          batch.isEmpty() ? Optional.empty() : Optional.of(batch));
    };
  }
}
