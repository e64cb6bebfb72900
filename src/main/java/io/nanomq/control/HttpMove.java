package io.nanomq.control;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * A change of the API's socket that is prepared and either happens or does not.
 *
 * @param commit lets it happen, and returns before the old socket is closed: that follows when its
 *     requests are answered
 * @param undo leaves everything as it was
 */
record HttpMove(Runnable commit, Supplier<Future<Void>> undo) {
  /** Nothing changes. */
  static final HttpMove NONE = new HttpMove(() -> {}, Future::succeededFuture);
}
