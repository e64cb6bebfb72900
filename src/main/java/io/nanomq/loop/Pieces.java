package io.nanomq.loop;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Something long, read a piece at a time, as fast as its reader asks for more. Used by one caller,
 * who asks for the next piece after the one before has come.
 */
public interface Pieces<T> {

  /** The next piece, which may have no elements; empty = there are no more pieces. */
  CompletionStage<Optional<List<T>>> next();
}
