package io.nanomq.control;

import io.nanomq.config.ConfChange;
import io.nanomq.config.ConfDiff;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.ConfReport;
import io.nanomq.config.ConfReport.Outcome;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.key.Effect;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Makes what runs what the configuration says: read, parse, validate everything, diff, apply,
 * report. One transaction at a time, on a thread of its own; on an error nothing changes and the
 * configuration before goes on serving.
 *
 * <p>Shared: what runs is one immutable record behind a volatile reference, which only the
 * reconciler's thread replaces.
 */
@Singleton
public class Reconciler {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  private static final int MAX_WAITING = 16;
  private static final int MAX_WAIT_SECONDS = 30;

  /** Until a changed document that could not be read is tried again. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final ConfDocuments documents;
  private final ConfEditing editing;
  private final ConfApplier applier;
  private final List<ConfEvents> events;
  private final Clock clock;
  private final LoadedConf started;
  private final ConfHistory history = new ConfHistory();
  private final SerialWork work = new SerialWork("nanomq-conf", MAX_WAITING, MAX_WAIT_SECONDS);
  private final Debounce debounce;
  private final AutoApply autoApply;
  private volatile Applied applied;

  private record Applied(LoadedConf loaded, String hash, Instant since) {}

  /** When something began, by the time of day, and by a clock that nobody sets. */
  private record Begun(Instant at, long nanos) {}

  /**
   * @param moment between two looks of a watch that have to agree
   */
  public Reconciler(
      ConfInputs inputs,
      LoadedConf started,
      ConfDocuments documents,
      ConfApplier applier,
      @All List<ConfEvents> events,
      Clock clock,
      @ConfigProperty(name = "reconciler.moment", defaultValue = "PT1S") Duration moment) {
    this.documents = documents;
    this.editing = new ConfEditing(documents);
    this.applier = applier;
    this.events = List.copyOf(events);
    this.clock = clock;
    this.started = started;
    this.applied = new Applied(started, ConfDocuments.hash(started), clock.instant());
    this.debounce = new Debounce(work, documents, in(moment), in(RETRY), this::applySettled);
    this.autoApply = new AutoApply(documents, started, debounce::changed);
  }

  private static Executor in(Duration time) {
    return CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The broker serves: from now on a store that applies by itself is watched. */
  public void begin() {
    work.submit(
        () -> {
          autoApply.follow(applied.loaded());
          return null;
        });
  }

  /** Nothing more is applied. */
  public void end() {
    debounce.close();
    work.close();
    autoApply.close();
  }

  /** What was applied last. */
  public LoadedConf running() {
    return applied.loaded();
  }

  /**
   * Puts the stored configuration in force.
   *
   * @param trigger who asks, for the history
   * @return fails with {@link ConfException} where it is broken or cannot be put in force, with
   *     {@link IOException} where it cannot be read, with {@link BusyException} where too many wait
   */
  public CompletionStage<ConfReport> apply(String trigger) {
    return work.submit(() -> applyStored(trigger));
  }

  /**
   * Edits the store; what runs is left to {@link #apply} or to the watch.
   *
   * @param dryRun whether everything is done but writing
   * @return fails as {@link ConfEditing#edit} does
   */
  public CompletionStage<ConfEditing.Edited> edit(ConfEditing.Request request, boolean dryRun) {
    return work.submit(() -> editing.edit(request, dryRun));
  }

  /** The same for the main document as a whole, in either format. */
  public CompletionStage<ConfEditing.Edited> replace(byte[] document, boolean dryRun) {
    return work.submit(() -> editing.replace(document, running(), dryRun));
  }

  /**
   * Edits the store and puts this edit in force, but not what else waits in the store.
   *
   * @param patch changes of effect hot
   */
  public CompletionStage<ConfReport> applyOnly(ConfPatch patch) {
    return applyOnly("reload", stored -> patch);
  }

  /**
   * The same for an edit that is made from the documents that it changes: once from what runs, once
   * from what is stored.
   */
  public CompletionStage<ConfReport> applyOnly(ConfEditing.Request request) {
    return applyOnly("api", request);
  }

  private CompletionStage<ConfReport> applyOnly(String trigger, ConfEditing.Request request) {
    return work.submit(
        () -> {
          LoadedConf running = running();
          ConfPatch patch = request.patch(running);
          LoadedConf next = documents.with(running, patch.apply(running, documents.main()));
          editing.edit(request, false);
          return apply(trigger, next, begun());
        });
  }

  private void applySettled(Debounce.Look look) {
    Begun at = begun();
    try {
      if (look.broken() != null) {
        tell(report(at, "watch", Outcome.REJECTED, "", List.of(), look.broken().problems()));
      } else if (look.stored() != null && !isInForce(look.stored())) {
        documents.pems().refresh();
        apply("watch", look.stored().loaded(), at);
      }
    } catch (ConfException e) {
      LOG.debugf("What was stored is not in force: %s", e.getMessage()); // reported already
    }
  }

  private boolean isInForce(StoredDocuments stored) {
    return stored.hash().equals(applied.hash())
        && ConfDiff.between(applied.loaded(), stored.loaded()).isEmpty();
  }

  private ConfReport applyStored(String trigger) throws ConfException, IOException {
    Begun at = begun();
    StoredDocuments stored;
    try {
      documents.pems().refresh();
      stored = documents.read();
    } catch (ConfException e) {
      tell(report(at, trigger, Outcome.REJECTED, "", List.of(), e.problems()));
      throw e;
    } catch (IOException e) {
      tell(report(at, trigger, Outcome.REJECTED, "", List.of(), List.of(problem(e))));
      throw e;
    }
    return apply(trigger, stored.loaded(), at);
  }

  private ConfReport apply(String trigger, LoadedConf next, Begun at) throws ConfException {
    String hash = ConfDocuments.hash(next);
    List<ConfChange> changes = ConfDiff.between(applied.loaded(), next).inEffect().changes();
    List<ConfProblem> warnings = new ArrayList<>(next.warnings());
    Outcome failure = Outcome.REJECTED;
    try {
      warnings.addAll(documents.check(next, documents.pems()));
      failure = Outcome.ROLLED_BACK;
      applier.apply(next.conf());
    } catch (ConfException e) {
      tell(report(at, trigger, failure, hash, changes, e.problems()));
      throw e;
    } catch (ApplyException e) {
      List<ConfProblem> problems = List.of(problem(e));
      tell(report(at, trigger, failure, hash, changes, problems));
      throw new ConfException(problems);
    }
    applied = new Applied(next, hash, clock.instant());
    documents.inForce(next);
    autoApply.follow(next);
    return tell(report(at, trigger, Outcome.APPLIED, hash, changes, warnings));
  }

  private Begun begun() {
    return new Begun(clock.instant(), System.nanoTime());
  }

  private ConfReport report(
      Begun begun,
      String trigger,
      Outcome outcome,
      String hash,
      List<ConfChange> changes,
      List<ConfProblem> problems) {
    long millis = (System.nanoTime() - begun.nanos) / 1_000_000;
    return new ConfReport(begun.at, trigger, outcome, hash, changes, problems, millis);
  }

  private ConfReport tell(ConfReport report) {
    history.add(report);
    for (ConfEvents listener : events) {
      try {
        listener.told(report);
      } catch (RuntimeException e) {
        LOG.warn("A report about the configuration could not be delivered", e);
      }
    }
    return report;
  }

  private static ConfProblem problem(Exception e) {
    String what = e.getMessage() == null ? e.toString() : e.getMessage();
    return ConfProblem.in("this machine", what, "");
  }

  /** How far what runs is from what is stored. Reads the store, so it blocks. */
  public ConfStatus status() {
    Applied now = applied;
    String storedHash = null;
    List<ConfProblem> storedProblems = List.of();
    List<ConfChange> pending = List.of();
    try {
      StoredDocuments stored = documents.read();
      storedHash = stored.hash();
      pending = pending(now.loaded(), stored.loaded());
    } catch (ConfException e) {
      storedProblems = e.problems();
    } catch (IOException e) {
      storedProblems = List.of(problem(e));
    }
    return new ConfStatus(
        documents.storeName(),
        autoApply.isOn(),
        now.loaded(),
        now.hash(),
        now.since(),
        storedHash,
        storedProblems,
        pending,
        history.lastError(),
        history.all());
  }

  /** What waits for the restart action, then what waits for a new process. */
  private List<ConfChange> pending(LoadedConf running, LoadedConf stored) {
    List<ConfChange> pending =
        new ArrayList<>(
            ConfDiff.between(running, stored).inEffect().changes().stream()
                .filter(change -> change.effect() != Effect.RESTART)
                .toList());
    pending.addAll(ConfDiff.between(started, stored).with(Effect.RESTART));
    return pending;
  }
}
