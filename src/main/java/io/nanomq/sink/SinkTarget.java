package io.nanomq.sink;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Takes things to where they belong.
 *
 * @param <T> what is taken there
 */
public interface SinkTarget<T> {
  /**
   * Tries once.
   *
   * @param batch in order, never empty
   * @return fails where it may be tried again; with {@link RejectedException} where that is no use
   */
  CompletionStage<Void> send(List<T> batch);

  /** They are not tried again, for they have had their time, or are not wanted. */
  default void gaveUp(List<T> batch, Throwable why) {}

  /** They are not wanted there, however often they are brought. */
  final class RejectedException extends Exception {
    public RejectedException(String message) {
      super(message, null, false, false);
    }
  }
}
