package io.nanomq.http;

import io.nanomq.config.model.HttpServerConf;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A change of the API's socket, in steps that can be undone until {@link #commit}. Used once, by
 * one thread, a step at a time.
 */
public final class HttpMove {
  private static final int NOWHERE = -1;

  private final HttpListener listener;
  private final @Nullable HttpSocket old;
  private final HttpServerConf next;
  private final boolean changes;
  private @Nullable HttpSocket opened;
  private boolean released;

  /**
   * @param old what is open
   * @param changes whether {@code next} says anything else
   */
  HttpMove(HttpListener listener, @Nullable HttpSocket old, HttpServerConf next, boolean changes) {
    this.listener = listener;
    this.old = old;
    this.next = next;
    this.changes = changes;
  }

  /** The port that will be served, 0 for any, -1 where none comes. */
  public int comingPort() {
    return changes && next.enable() ? next.port() : NOWHERE;
  }

  /** The port that is given up, -1 where none is. */
  public int leavingPort() {
    return changes && old != null ? old.port() : NOWHERE;
  }

  /** Opens the new socket beside the old one; the same port on another address in its place. */
  public Future<Void> open() {
    if (comingPort() == NOWHERE) {
      return Future.succeededFuture();
    }
    // What is wrong with keys is known before anything has changed.
    return listener
        .tryKeys(next)
        .compose(done -> leavingPort() == comingPort() ? release() : Future.succeededFuture())
        .compose(done -> listener.bind(next, next.port()))
        .map(
            socket -> {
              opened = socket;
              return null;
            });
  }

  /** Gives the old port up; requests that came in there are still answered. */
  public Future<Void> release() {
    if (old == null || released) {
      return Future.succeededFuture();
    }
    released = true;
    return old.stopAccepting();
  }

  /** Serves the new socket only; the old one closes when its requests are answered. */
  public void commit() {
    if (changes) {
      listener.use(opened);
      listener.retire(old);
    }
  }

  /** Closes what was opened. */
  public Future<Void> undo() {
    return opened == null ? Future.succeededFuture() : opened.close();
  }

  /**
   * Serves the old port again where it was given up. That follows when the requests that came in
   * there are answered, since one of them may be what asked for this.
   */
  public void restore() {
    if (released && old != null) {
      listener.reopen(old);
    }
  }
}
