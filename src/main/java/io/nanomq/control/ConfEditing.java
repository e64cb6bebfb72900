package io.nanomq.control;

import io.nanomq.config.ConfDiff;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.ReferenceKeepers;
import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.hocon.ForeignIncludes;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PemStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes the stored documents: everything is validated before anything is written. Blocks; the
 * reconciler's thread calls it, one call at a time.
 */
public final class ConfEditing {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  /** How often an edit starts anew because somebody else wrote meanwhile. */
  private static final int ATTEMPTS = 3;

  private static final String PEM_FOLDER = "config.pem_folder";
  private static final String DENIED = "outgoing.deny";

  private final ConfDocuments documents;

  /** What an edit asks for, made from the documents as they are stored now. */
  public interface Request {
    ConfPatch patch(LoadedConf stored) throws ConfException;
  }

  /**
   * @param diff what differs in the store
   * @param files keys and certificates that are written too
   * @param warnings what is not wrong enough to refuse it
   * @param newWarnings those of them that what was stored before did not have
   */
  public record Edited(
      ConfDiff diff, List<Path> files, List<ConfProblem> warnings, List<ConfProblem> newWarnings) {}

  ConfEditing(ConfDocuments documents) {
    this.documents = documents;
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
        // Before the patch is made: it leaves out what is so already.
        documents.pems().refresh();
        StoredDocuments stored = documents.read();
        ConfPatch patch = request.patch(stored.loaded());
        Map<Path, byte[]> contents = patch.apply(stored.loaded(), documents.main());
        LoadedConf next = documents.with(stored.loaded(), contents);
        patch.requireEffect(next);
        List<ConfProblem> overridden = patch.overridden(next);
        Edited edited = write(stored, next, contents, patch.pemFiles(), overridden, dryRun);
        if (!dryRun) {
          overridden.forEach(LOG::warn);
        }
        return edited;
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
    documents.pems().refresh();
    StoredDocuments main = documents.readMain(running);
    requireNoNewIncludes(main.loaded().document(), document);
    Map<Path, byte[]> contents = Map.of(documents.main(), document);
    return write(main, load(contents, main.loaded()), contents, Map.of(), List.of(), dryRun);
  }

  private LoadedConf load(Map<Path, byte[]> contents, LoadedConf stored) throws ConfException {
    return documents.load(contents, ReferenceKeepers.known(stored));
  }

  private Edited write(
      StoredDocuments stored,
      LoadedConf next,
      Map<Path, byte[]> contents,
      Map<Path, String> pem,
      List<ConfProblem> overridden,
      boolean dryRun)
      throws ConfException, IOException {
    requireSameFolder(stored.loaded(), next);
    requireSameNetworks(stored.loaded(), next);
    ReferenceKeepers.check(stored.loaded(), next);
    List<ConfProblem> warnings = new ArrayList<>(overridden);
    warnings.addAll(next.warnings());
    warnings.addAll(documents.check(next, onTrial(pem)));
    ConfDiff diff = ConfDiff.between(stored.loaded(), next);
    List<ConfProblem> before = warnings(stored.loaded());
    if (!dryRun) {
      commit(stored, contents, pem, next);
    }
    List<ConfProblem> added =
        warnings.stream().filter(w -> before.stream().noneMatch(w::isSameElsewhere)).toList();
    return new Edited(diff, List.copyOf(pem.keySet()), warnings, added);
  }

  private List<ConfProblem> warnings(LoadedConf stored) {
    List<ConfProblem> warnings = new ArrayList<>(stored.warnings());
    try {
      warnings.addAll(documents.check(stored, documents.pems()));
    } catch (ConfException e) {
      warnings.addAll(e.problems());
    }
    return warnings;
  }

  /** What the API adds must not make the broker read, and tell of, any file that there is. */
  private void requireNoNewIncludes(@Nullable ConfDocument stored, byte[] next)
      throws ConfException {
    String name = documents.main().toString();
    Set<String> includes = ForeignIncludes.of(name, next);
    if (!includes.isEmpty() && stored != null) {
      byte[] text = stored.text().getBytes(StandardCharsets.UTF_8);
      includes.removeAll(ForeignIncludes.of(name, text));
    }
    if (!includes.isEmpty()) {
      String reason = "includes " + includes + ", which the stored document does not";
      String expected = "configuration in the document's folder, such as auth.conf";
      throw new ConfException(ConfProblem.in("request", reason, expected));
    }
  }

  /** Where keys may be written is for whoever may write the document without the API. */
  private static void requireSameFolder(LoadedConf stored, LoadedConf next) throws ConfException {
    String folder = next.text(PEM_FOLDER);
    if (!folder.isEmpty() && !folder.equals(stored.text(PEM_FOLDER))) {
      String expected = "what it is, or nothing";
      String reason = PEM_FOLDER + " cannot be set through the API";
      throw new ConfException(ConfProblem.in("request", reason, expected));
    }
  }

  /** Where nothing connects to neither. */
  private static void requireSameNetworks(LoadedConf stored, LoadedConf next) throws ConfException {
    if (!next.values().list(DENIED).equals(stored.values().list(DENIED))) {
      String reason = DENIED + " cannot be set through the API";
      throw new ConfException(ConfProblem.in("request", reason, "what it is"));
    }
  }

  /** As if the files were written already; no listener reads from it. */
  private PemSource onTrial(Map<Path, String> pem) {
    return file -> {
      String content = pem.get(file);
      return content == null
          ? documents.pems().read(file)
          : content.getBytes(StandardCharsets.UTF_8);
    };
  }

  private void commit(
      StoredDocuments stored, Map<Path, byte[]> contents, Map<Path, String> pem, LoadedConf next)
      throws IOException {
    if (pem.isEmpty()) {
      documents.write(stored, contents, next);
      return;
    }
    // Documents last: they may name files that are not there before.
    PemStore.Undo undo = documents.pems().write(pem);
    try {
      documents.write(stored, contents, next);
    } catch (IOException e) {
      undo(undo, e);
      throw e;
    }
  }

  private static void undo(PemStore.Undo undo, IOException why) {
    try {
      undo.run();
    } catch (IOException e) {
      LOG.warnf("Keys and certificates that were written cannot be put back: %s", e.getMessage());
      why.addSuppressed(e);
    }
  }
}
