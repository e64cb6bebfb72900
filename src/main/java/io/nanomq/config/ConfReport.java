package io.nanomq.config;

import io.nanomq.config.setting.ConfProblem;
import java.time.Instant;
import java.util.List;

/**
 * What became of one attempt to put the stored configuration in force. Secrets are masked.
 *
 * @param at when it began
 * @param trigger who asked: {@code restart}, {@code reload}, {@code watch}
 * @param outcome what became of it
 * @param hash SHA-256 of the documents, in hexadecimal; empty where they could not be read
 * @param changes what differs from the configuration before; empty where that is unknown
 * @param problems what is wrong; with {@link Outcome#APPLIED}, warnings only
 * @param millis how long it took, in milliseconds
 */
public record ConfReport(
    Instant at,
    String trigger,
    Outcome outcome,
    String hash,
    List<ConfChange> changes,
    List<ConfProblem> problems,
    long millis) {

  /** What became of an attempt. */
  public enum Outcome {
    /** In force, but for changes that need a new process. */
    APPLIED,
    /** Broken: nothing was touched. */
    REJECTED,
    /** Applying failed half way: everything was put back. */
    ROLLED_BACK
  }

  public ConfReport {
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
  }

  /** The same with the first of its changes and problems only. */
  public ConfReport withAtMost(int details) {
    return new ConfReport(
        at, trigger, outcome, hash, first(changes, details), first(problems, details), millis);
  }

  private static <T> List<T> first(List<T> all, int count) {
    return all.subList(0, Math.min(count, all.size()));
  }

  public boolean isApplied() {
    return outcome == Outcome.APPLIED;
  }
}
