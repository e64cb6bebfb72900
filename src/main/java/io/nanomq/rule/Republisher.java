package io.nanomq.rule;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.router.FanOut;
import io.nanomq.router.Route;
import io.nanomq.session.LoopServices;
import io.nanomq.session.Publisher;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes on one loop what rules have made: as much as a turn has room for, and no faster than
 * those who get it. Its state is that loop's, but for {@link #publish}, which any thread may call.
 */
final class Republisher {
  private static final long WAIT_MILLIS = 1;

  private final LoopContext loop;
  private final Publisher publisher;
  private @Nullable RuleOrigin origin;

  Republisher(LoopServices parts) {
    this.loop = parts.loop();
    this.publisher = parts.publisher();
  }

  /** The rules that made the message that is being published; on the loop. */
  @Nullable RuleOrigin origin() {
    return origin;
  }

  /**
   * @return completes when they are published, or the loop has ended
   */
  CompletableFuture<Void> publish(List<RuleResults.Result> results) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (results.isEmpty()) {
      done.complete(null);
      return done;
    }
    Iterator<RuleResults.Result> rest = results.iterator();
    try {
      loop.eventLoop().execute(() -> goOn(rest, null, done));
    } catch (RejectedExecutionException stopped) {
      done.complete(null);
    }
    return done;
  }

  private void goOn(
      Iterator<RuleResults.Result> rest,
      RuleResults.@Nullable Result first,
      CompletableFuture<Void> done) {
    TurnBudget budget = loop.budget();
    publisher.fanOut().takeMail();
    RuleResults.Result next = first == null ? rest.next() : first;
    while (!budget.isUsedUp()) {
      budget.spend(TurnBudget.PACKET);
      if (!publish(next)) {
        later(rest, next, done);
        return;
      }
      if (!rest.hasNext()) {
        done.complete(null);
        return;
      }
      next = rest.next();
    }
    RuleResults.Result waiting = next;
    budget.nextTurn(() -> goOn(rest, waiting, done));
  }

  private void later(
      Iterator<RuleResults.Result> rest, RuleResults.Result next, CompletableFuture<Void> done) {
    try {
      loop.eventLoop().schedule(() -> goOn(rest, next, done), WAIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      done.complete(null);
    }
  }

  /**
   * @return false = not now
   */
  private boolean publish(RuleResults.Result result) {
    FanOut fanOut = publisher.fanOut();
    Route route = publisher.cache().find(result.message().topic(), result);
    if (route == null || fanOut.mustWait(route) || publisher.isBehind()) {
      return false;
    }
    origin = result.origin();
    try {
      // It has left whether anybody subscribes or not.
      if (publisher.publish(result.message(), null) == ReasonCode.QUOTA_EXCEEDED) {
        result.rule().figures().countFailed("nobody and nothing had room for the message");
      } else {
        result.rule().figures().countPassed();
      }
    } catch (RuntimeException mistake) {
      result.rule().figures().countFailed(mistake.toString());
    } finally {
      origin = null;
    }
    return true;
  }
}
