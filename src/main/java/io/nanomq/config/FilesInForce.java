package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.IncludedFile;
import io.nanomq.config.setting.ConfProblem;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that what runs was read from. One that said something and is gone, or says nothing any
 * more, may have held what keeps clients out: that is an error, never a reason to run without.
 */
final class FilesInForce {
  private static final String RIGHT =
      "the file as it was; to do without it, start a new process without it";

  private final Set<Path> files = new HashSet<>();
  private final Map<String, String> environment;

  /**
   * @param inForce what runs; null at a start, which knows of nothing
   */
  FilesInForce(@Nullable LoadedConf inForce, Map<String, String> environment) {
    this.environment = environment;
    if (inForce == null) {
      return;
    }
    for (var document : inForce.documents().entrySet()) {
      if (!document.getValue().isEmpty()) {
        files.add(document.getKey());
      }
      document.getValue().includes(environment).stream()
          .filter(include -> include.state() == IncludedFile.State.READ)
          .forEach(include -> files.add(include.path()));
    }
  }

  boolean has(Path file) {
    return files.contains(file);
  }

  /** An error about a file that was read before. */
  static ConfProblem gone(Path file) {
    return ConfProblem.in(file.toString(), "was read before and is no longer there", RIGHT);
  }

  /** The same for one that is there. */
  static ConfProblem empty(Path file) {
    return ConfProblem.in(
        file.toString(), "was read before and is empty now, or holds no setting", RIGHT);
  }

  /** Includes of a document that lead to files which were read before, and are not now. */
  List<ConfProblem> vanished(ConfDocument document) {
    if (files.isEmpty()) {
      return List.of();
    }
    return document.includes(environment).stream()
        .filter(include -> !include.isError() && has(include.path()))
        .filter(
            include ->
                include.state() == IncludedFile.State.MISSING
                    || include.state() == IncludedFile.State.EMPTY)
        .map(FilesInForce::vanished)
        .toList();
  }

  private static ConfProblem vanished(IncludedFile include) {
    boolean isMissing = include.state() == IncludedFile.State.MISSING;
    String reason =
        "includes "
            + include.path()
            + ", which was read before and is "
            + (isMissing ? "gone" : "empty now");
    return ConfProblem.in(
        include.source(),
        include.line(),
        0,
        reason,
        "the file as it was, or a document that does not include it");
  }
}
