package io.nanomq.control;

import io.nanomq.config.ConfChange;
import io.nanomq.config.ConfReport;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfProblem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far what runs is from what is stored. Secrets are masked.
 *
 * @param store name of the store
 * @param auto whether a change of the store applies by itself
 * @param running what was applied last
 * @param runningHash hash of its documents
 * @param since when it was applied
 * @param storedHash hash of the stored documents; null where they are broken or cannot be read
 * @param storedProblems why
 * @param pending stored changes that do not apply yet: those of effect restart wait for a new
 *     process, the others for the restart action
 * @param lastError the newest attempt that failed; null where none did
 * @param history the newest attempts, newest first
 */
public record ConfStatus(
    String store,
    boolean auto,
    LoadedConf running,
    String runningHash,
    Instant since,
    @Nullable String storedHash,
    List<ConfProblem> storedProblems,
    List<ConfChange> pending,
    @Nullable ConfReport lastError,
    List<ConfReport> history) {}
