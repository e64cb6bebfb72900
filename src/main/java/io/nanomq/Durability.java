package io.nanomq;

import io.nanomq.config.model.MqttConf;
import io.nanomq.journal.JournalFigures;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.StoreStatus;
import io.nanomq.persistence.UndeliveredMessage;
import io.nanomq.persistence.journal.JournalStores;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.FanOut;
import io.nanomq.session.SessionRegistry;
import io.nanomq.session.SessionRestore;
import io.nanomq.session.SessionTransfer;
import io.nanomq.transfer.TransferLoop;
import io.nanomq.transfer.Transfers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What outlives the process: opened with the broker, brought back before anybody may connect,
 * closed when all loops have told the rest.
 */
final class Durability {
  private static final Logger LOG = Logger.getLogger(Durability.class);

  /** So much is done in a task, so that a loop answers who asks whether it turns. */
  private static final int AT_ONCE = 64;

  /** What is done for one loop, and by what it is done. */
  private record Part(
      LoopContext loop,
      FanOut fanOut,
      SessionStore store,
      SessionRestore restore,
      SessionTransfer transfer) {}

  private final SessionStores stores;
  private final StoreClock clock;
  private final List<Part> parts = new ArrayList<>();
  private RecoveredState recovered;
  // Null until clients may come, and where nothing was left.
  private volatile @Nullable RetainedReturn returning;

  /** Reads what an earlier process left. */
  Durability(SessionStores stores, LongSupplier loopMillis) {
    this.stores = stores;
    this.clock = new StoreClock(System::currentTimeMillis, loopMillis);
    try {
      this.recovered = stores.recover(clock);
    } catch (RuntimeException failed) {
      stores.close(); // dev mode opens the folder again in this process
      throw failed;
    }
  }

  /** Highest number of a session that earlier processes gave. */
  long lastSession() {
    return recovered.lastSession();
  }

  /** The store of one loop. */
  SessionStore open(LoopContext loop, FanOut fanOut) {
    SessionStore store = stores.open(loop, clock);
    fanOut.store(store, recovered.lastMessage());
    return store;
  }

  void add(LoopContext loop, FanOut fanOut, SessionStore store, SessionRestore restore) {
    parts.add(new Part(loop, fanOut, store, restore, restore.transfer()));
  }

  /**
   * Brings back what was read; completes when clients may come.
   *
   * @param bridges brings back what bridges have, before anything is routed again
   */
  CompletionStage<Void> restore(
      RetainedStore retained, Function<List<RecoveredSession>, CompletionStage<Void>> bridges) {
    RecoveredState state = recovered;
    recovered = RecoveredState.EMPTY;
    if (state == RecoveredState.EMPTY) {
      return CompletableFuture.completedFuture(null);
    }
    long began = System.nanoTime();
    List<RecoveredSession> ofBridges = new ArrayList<>();
    List<List<Runnable>> work = sessions(state, ofBridges);
    List<UndeliveredMessage> undelivered = new ArrayList<>();
    retained.continueAfter(state.lastVersion());
    retained.beginReading(true);
    stores.begin();
    state.undelivered().forEach(undelivered::add);
    return onEach(work)
        .thenCompose(there -> bridges.apply(ofBridges))
        .thenCompose(there -> onEach(routing(undelivered)))
        .thenCompose(routed -> onEach(settling(undelivered)))
        .thenRun(() -> tell(undelivered.size(), began))
        .thenRun(() -> read(retained, state.retained()));
  }

  private void read(RetainedStore retained, RecoveredState.Retained first) {
    List<LoopContext> loops = parts.stream().map(Part::loop).toList();
    var reading = new RetainedReturn(stores, clock, retained, loops, first);
    returning = reading;
    reading.start();
  }

  private List<List<Runnable>> sessions(RecoveredState state, List<RecoveredSession> ofBridges) {
    Map<String, Long> newest = new HashMap<>();
    state
        .sessions()
        .forEach(
            session -> {
              if (!session.record().isOfBridge()) {
                newest.merge(clientId(session), session.number(), Math::max);
              }
            });
    List<List<Runnable>> work = work();
    long now = clock.wallMillis().getAsLong();
    for (RecoveredSession session : state.sessions()) {
      if (session.record().isOfBridge()) {
        ofBridges.add(session);
        continue;
      }
      boolean isCurrent = Objects.equals(newest.get(clientId(session)), session.number());
      int loop = Math.floorMod(clientId(session).hashCode(), parts.size());
      SessionRestore to = parts.get(loop).restore;
      work.get(loop).add(() -> to.restore(session, isCurrent, now));
    }
    return work;
  }

  private static String clientId(RecoveredSession session) {
    return session.record().connect().clientId();
  }

  private List<List<Runnable>> work() {
    List<List<Runnable>> work = new ArrayList<>();
    parts.forEach(part -> work.add(new ArrayList<>()));
    return work;
  }

  /** Every loop gives its own sessions what they have not had. */
  private List<List<Runnable>> routing(List<UndeliveredMessage> undelivered) {
    List<List<Runnable>> work = work();
    for (Part part : parts) {
      List<Runnable> own = work.get(part.loop.index());
      undelivered.forEach(message -> own.add(() -> part.fanOut.routeAgain(message)));
      own.add(part.store::handingOver);
    }
    return work;
  }

  private List<List<Runnable>> settling(List<UndeliveredMessage> undelivered) {
    List<List<Runnable>> work = work();
    FanOut first = parts.get(0).fanOut;
    undelivered.forEach(message -> work.get(0).add(() -> first.routedAgain(message)));
    parts.forEach(part -> work.get(part.loop.index()).addAll(part.restore.later()));
    return work;
  }

  /** Does what each loop has to do, a few in a task; completes when all have done it. */
  private CompletionStage<Void> onEach(List<List<Runnable>> work) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Part part : parts) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      all.add(done);
      Iterator<Runnable> rest = work.get(part.loop.index()).iterator();
      part.loop.eventLoop().execute(() -> some(part.loop, rest, done));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  private static void some(
      LoopContext loop, Iterator<Runnable> rest, CompletableFuture<Void> done) {
    try {
      for (int i = 0; i < AT_ONCE && rest.hasNext(); i++) {
        rest.next().run();
      }
    } catch (RuntimeException failed) {
      done.completeExceptionally(failed);
      return;
    }
    if (rest.hasNext()) {
      loop.eventLoop().execute(() -> some(loop, rest, done));
    } else {
      done.complete(null);
    }
  }

  private void tell(int undelivered, long began) {
    int sessions = parts.stream().mapToInt(part -> part.restore.restored()).sum();
    int messages = parts.stream().mapToInt(part -> part.restore.messages()).sum();
    int lost = parts.stream().mapToInt(part -> part.restore.lost()).sum();
    LOG.infof(
        "%s: %d sessions with %d messages are there again, %d messages were handed over anew, in %d"
            + " ms",
        stores, sessions, messages, undelivered, (System.nanoTime() - began) / 1_000_000);
    if (lost > 0) {
      LOG.warnf(
          "%d sessions, subscriptions and messages had no room: see max_sessions, max_mqueue_len"
              + " and the memory that there is",
          lost);
    }
  }

  /** What keeps things on disk; empty where nothing is kept. */
  Optional<JournalStores> journalStores() {
    return stores instanceof JournalStores journal ? Optional.of(journal) : Optional.empty();
  }

  /** By what sessions and retained messages go to other brokers and come from them. */
  Transfers transfers(SessionRegistry sessions, RetainedStore retained, Supplier<MqttConf> conf) {
    List<TransferLoop> loops =
        parts.stream().map(part -> new TransferLoop(part.loop, part.store, part.transfer)).toList();
    return new Transfers(loops, sessions, retained, clock, conf);
  }

  /** What the journal has done; nothing where there is none. */
  JournalFigures figures() {
    return journalStores().map(JournalStores::figures).orElse(JournalFigures.NONE);
  }

  /** What is promised. */
  StoreStatus status() {
    return stores.status();
  }

  /** No loop tells anything any more. */
  void close() {
    RetainedReturn reading = returning;
    if (reading != null) {
      reading.close();
    }
    stores.close();
  }
}
