package io.nanomq.control;

import io.nanomq.config.ConfConflictException;
import io.nanomq.config.ConfDiff;
import io.nanomq.config.ConfException;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.ConfProblem;
import io.nanomq.config.LoadedConf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes the stored documents: everything is validated before anything is written. Blocks; the
 * reconciler's thread calls it, one call at a time.
 */
public final class ConfEditing {
  /** How often an edit starts anew because somebody else wrote meanwhile. */
  private static final int ATTEMPTS = 3;

  private final ConfDocuments documents;
  private final Path workingDirectory;

  /** What an edit asks for, made from the documents as they are stored now. */
  public interface Request {
    ConfPatch patch(LoadedConf stored) throws ConfException;
  }

  /**
   * @param diff what differs in the store
   * @param files keys and certificates that are written too
   * @param warnings what is not wrong enough to refuse it
   */
  public record Edited(ConfDiff diff, List<Path> files, List<ConfProblem> warnings) {}

  ConfEditing(ConfDocuments documents, Path workingDirectory) {
    this.documents = documents;
    this.workingDirectory = workingDirectory;
  }

  /**
   * @param dryRun whether everything is done but writing
   * @throws ConfException where the result would be wrong, or what is stored already is
   * @throws ConfConflictException where somebody else keeps on writing
   * @throws IOException where the store cannot be read or written; nothing was changed
   */
  Edited edit(Request request, boolean dryRun) throws ConfException, IOException {
    ConfConflictException conflict = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        StoredDocuments stored = documents.read();
        ConfPatch patch = request.patch(stored.loaded());
        Map<Path, byte[]> contents = patch.apply(stored.loaded(), documents.main());
        LoadedConf next = documents.with(stored.loaded(), contents);
        return write(stored, next, contents, patch.pemFiles(), dryRun);
      } catch (ConfConflictException e) {
        conflict = e;
      }
    }
    throw conflict == null ? new ConfConflictException("no attempt") : conflict;
  }

  /**
   * Replaces the main document as a whole, in either format, also where it is broken now: nobody
   * could mend it through the API otherwise.
   *
   * @param running what runs, to tell the difference from where what is stored is broken
   */
  Edited replace(byte[] document, LoadedConf running, boolean dryRun)
      throws ConfException, IOException {
    StoredDocuments main = documents.readMain(running);
    Map<Path, byte[]> contents = Map.of(documents.main(), document);
    return write(main, documents.load(contents), contents, Map.of(), dryRun);
  }

  private Edited write(
      StoredDocuments stored,
      LoadedConf next,
      Map<Path, byte[]> contents,
      Map<Path, String> pem,
      boolean dryRun)
      throws ConfException, IOException {
    try (TlsFiles tls = new TlsFiles(pem)) {
      List<ConfProblem> warnings = new ArrayList<>(next.warnings());
      warnings.addAll(check(tls, next));
      ConfDiff diff = ConfDiff.between(stored.loaded(), next);
      if (!dryRun) {
        commit(tls, stored, contents);
      }
      return new Edited(diff, List.copyOf(pem.keySet()), warnings);
    }
  }

  private List<ConfProblem> check(TlsFiles tls, LoadedConf next) throws ConfException {
    try {
      return documents.check(tls.onTrial(next, workingDirectory));
    } catch (ConfException e) {
      throw new ConfException(e.problems().stream().map(tls::withRealNames).toList());
    }
  }

  private void commit(TlsFiles tls, StoredDocuments stored, Map<Path, byte[]> contents)
      throws IOException {
    // Documents last: they may name files that are not there before.
    tls.commit();
    try {
      documents.write(stored, contents);
    } catch (IOException e) {
      tls.undo();
      throw e;
    }
  }
}
