package io.nanomq.transfer;

import io.nanomq.loop.TurnBudget;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;
import io.nanomq.persistence.SessionCopy.Outcome;
import io.nanomq.session.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Has the loops do what lines of an export say, each those of its own sessions in their order. */
final class ImportTarget {
  private final Transfers broker;
  private final boolean replaces;
  // The loop of the session that came last.
  private int loop;

  /**
   * A line to be imported.
   *
   * @param bytes that it takes
   */
  record Op(Line line, long number, long bytes) {}

  ImportTarget(Transfers broker, boolean replaces) {
    this.broker = broker;
    this.replaces = replaces;
  }

  /** Nothing has come yet. */
  void begin() throws IOException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (TransferLoop each : broker.loops()) {
      all.add(CompletableFuture.runAsync(() -> each.sessions().begin(), each.loop().eventLoop()));
    }
    Transfers.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
  }

  /**
   * Does it, and returns when the store has it.
   *
   * @return what became of each
   */
  List<Outcome> apply(List<Op> ops) throws IOException {
    Outcome[] outcomes = new Outcome[ops.size()];
    List<List<Runnable>> work = new ArrayList<>();
    broker.loops().forEach(each -> work.add(new ArrayList<>()));
    for (int i = 0; i < outcomes.length; i++) {
      Line line = ops.get(i).line();
      int at = i;
      int on = loopOf(line);
      work.get(on).add(() -> outcomes[at] = apply(line, broker.loops().get(on)));
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (TransferLoop each : broker.loops()) {
      List<Runnable> own = work.get(each.loop().index());
      if (!own.isEmpty()) {
        var done = new CompletableFuture<Void>();
        all.add(done);
        Iterator<Runnable> rest = own.iterator();
        each.loop().eventLoop().execute(() -> some(each, rest, done));
      }
    }
    Transfers.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    return List.of(outcomes);
  }

  private static void some(TransferLoop to, Iterator<Runnable> rest, CompletableFuture<Void> done) {
    TurnBudget budget = to.loop().budget();
    try {
      while (rest.hasNext() && !budget.isUsedUp()) {
        rest.next().run();
      }
      if (rest.hasNext()) {
        budget.nextTurn(() -> some(to, rest, done));
      } else {
        to.store().afterCommit(token -> done.complete(null), 0);
      }
    } catch (RuntimeException failed) {
      done.completeExceptionally(failed);
    }
  }

  private int loopOf(Line line) {
    if (line instanceof Line.OfRetained) {
      return 0;
    }
    if (line instanceof Line.OfSession session) {
      String clientId = session.session().clientId();
      Session there = broker.sessions().find(clientId);
      loop =
          there == null
              ? Math.floorMod(clientId.hashCode(), broker.loops().size())
              : there.loopIndex();
    }
    return loop;
  }

  private Outcome apply(Line line, TransferLoop to) {
    if (line instanceof Line.OfRetained retained) {
      return retained(retained, to);
    } else if (line instanceof Line.OfSession session) {
      return session(session.session(), to);
    } else if (line instanceof Line.OfSubscription of) {
      return to.sessions().subscription(of.clientId(), of.subscription());
    } else if (line instanceof Line.OfMessage of) {
      RecoveredSession.Message message = of.message();
      return to.sessions().message(of.clientId(), message);
    }
    throw new IllegalStateException("no line to be imported: " + line);
  }

  private Outcome retained(Line.OfRetained retained, TransferLoop to) {
    long now = to.loop().nowMillis();
    to.loop().budget().spend(TurnBudget.FILTER);
    if (retained.message().isExpired(now)) {
      return Outcome.EXPIRED;
    }
    if (to.store().isFull()) {
      return Outcome.refused("the store has no room");
    }
    return broker.retained().bring(retained.message(), replaces, now, to.store());
  }

  private Outcome session(SessionCopy copy, TransferLoop to) {
    to.loop().budget().spend(TurnBudget.CONNECTION);
    Session there = broker.sessions().find(copy.clientId());
    // One that began on another loop meanwhile stays.
    boolean isHere = there == null || there.loop() == to.loop();
    long wall = broker.clock().wallMillis().getAsLong();
    return to.sessions().session(copy, there, replaces && isHere, wall);
  }
}
