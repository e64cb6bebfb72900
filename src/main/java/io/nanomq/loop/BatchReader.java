package io.nanomq.loop;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Something long, read a batch at a time, as fast as its reader asks for more. Used by one caller,
 * who asks for the next batch after the one before has come.
 */
public interface BatchReader<T> {

  /** The next batch, which may have no elements; empty = there are no more batches. */
  CompletionStage<Optional<List<T>>> next();
}
