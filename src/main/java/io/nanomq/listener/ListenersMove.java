package io.nanomq.listener;

import io.nanomq.config.model.ListenerConf;
import io.nanomq.listener.Listeners.Open;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A change of the open listeners, in steps that can be undone until {@link #commit}. A listener
 * that stays as it is is not touched. Used once, a step at a time.
 */
public final class ListenersMove {
  private final Listeners listeners;
  private final List<Open> leaving;
  private final List<ListenerConf> coming;
  private final Map<Open, ListenerConf> renamed;
  private boolean released;

  /**
   * @param renamed listeners that stay as they are under another name
   */
  ListenersMove(
      Listeners listeners,
      List<Open> leaving,
      List<ListenerConf> coming,
      Map<Open, ListenerConf> renamed) {
    this.listeners = listeners;
    this.leaving = leaving;
    this.coming = coming;
    this.renamed = renamed;
  }

  /** Whether a listener gives this port up. */
  public boolean leaves(int port) {
    return leaving.stream().anyMatch(listener -> listener.port() == port);
  }

  /** Whether a listener wants this port. */
  public boolean comesTo(int port) {
    return coming.stream().anyMatch(conf -> conf.port() == port);
  }

  /** Frees the addresses of listeners that go; their clients stay until all is well. */
  public CompletionStage<Void> release() {
    if (released) {
      return CompletableFuture.completedFuture(null);
    }
    released = true;
    return listeners.stopAccepting(leaving);
  }

  /** Opens the listeners that come; fails where one cannot be opened. */
  public CompletionStage<Void> open() {
    CompletionStage<Void> step = release();
    for (ListenerConf conf : coming) {
      step = step.thenCompose(done -> listeners.open(conf));
    }
    return step;
  }

  /** Tells and closes the clients of the listeners that went. */
  public CompletionStage<Void> commit() {
    listeners.rename(renamed);
    return Listeners.closeAccepted(leaving);
  }

  /** Closes what came and opens what had left; fails where that cannot be done. */
  public CompletionStage<Void> undo() {
    List<Open> opened = listeners.opened(coming);
    CompletionStage<Void> step = listeners.stopAccepting(opened);
    // Who came in meanwhile need not be waited for.
    Listeners.closeAccepted(opened);
    if (released) {
      for (Open old : leaving) {
        step = step.thenCompose(done -> listeners.reopen(old));
      }
    }
    return step;
  }
}
