package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.document.SiblingFile;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.EntryParser;
import io.nanomq.config.setting.Layer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants changed, as edits of documents.
 *
 * @param edits changes to documents
 * @param pemFiles files of keys and certificates to write, path to content; a key's file belongs
 *     under mode 0600
 * @param confirmed paths of secrets that were given, and are as they were
 */
public record ConfPatch(List<ConfEdit> edits, Map<Path, String> pemFiles, Set<String> confirmed) {

  public ConfPatch {
    edits = List.copyOf(edits);
    pemFiles = Map.copyOf(pemFiles);
    confirmed = Set.copyOf(confirmed);
  }

  public ConfPatch(List<ConfEdit> edits, Map<Path, String> pemFiles) {
    this(edits, pemFiles, Set.of());
  }

  public boolean isEmpty() {
    return edits.isEmpty() && pemFiles.isEmpty();
  }

  /**
   * The documents as they would be. Nothing is written, and whether the whole still makes sense is
   * for {@link ConfLoader} to say.
   *
   * @param stored what the patch was made from
   * @param newFile where a first document goes when there is none
   * @return path to new content, only of documents that change
   * @throws ConfException where a value cannot be written in the document's format, or a secret
   *     would go to another address than before
   */
  public Map<Path, byte[]> apply(LoadedConf stored, Path newFile) throws ConfException {
    requireUnicode();
    new SecretKeepers(stored.values(), edits, confirmed).check();
    Map<Path, List<ConfEdit>> byFile = new LinkedHashMap<>();
    for (ConfEdit edit : edits) {
      Path file = fileOf(edit, stored, newFile);
      byFile.computeIfAbsent(file, f -> new ArrayList<>()).add(edit);
    }
    Map<Path, byte[]> contents = new LinkedHashMap<>();
    for (Map.Entry<Path, List<ConfEdit>> file : byFile.entrySet()) {
      ConfDocument document = stored.documents().get(file.getKey());
      if (document == null) {
        document = KeyValueDocument.parse(file.getKey().toString(), "");
      }
      String text = document.with(file.getValue()).text();
      if (!text.equals(document.text())) {
        contents.put(file.getKey(), text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  private void requireUnicode() throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEdit edit : edits) {
      if (EntryParser.hasHalfCharacter(String.valueOf(edit.value()))) {
        problems.add(
            ConfProblem.in("request", edit.path() + " holds half of a character", "Unicode"));
      }
    }
    ConfException.throwIfAny(problems);
  }

  /**
   * What is written but does not count, because a variable or an option says otherwise.
   *
   * @param next the configuration with the patch
   * @return warnings
   */
  public List<ConfProblem> overridden(LoadedConf next) {
    List<ConfProblem> warnings = new ArrayList<>();
    for (ConfEdit edit : edits) {
      ConfEntry entry = next.values().given().get(edit.path());
      ConfOrigin origin = entry == null ? ConfOrigin.DEFAULT : entry.origin();
      Layer layer = origin.layer();
      if (layer == Layer.ENVIRONMENT || layer == Layer.COMMAND_LINE) {
        String winner = layer == Layer.ENVIRONMENT ? "the environment variable " : "the option ";
        String reason = edit.path() + " of the document does not count: ";
        warnings.add(
            ConfProblem.in("request", reason + winner + origin.source() + " wins", "").asWarning());
      }
    }
    return warnings;
  }

  /**
   * Holds what was asked for against what came of it: an included file or a substitution may say
   * something else behind the place that was written.
   *
   * @param next the configuration with the patch
   * @throws ConfException with the place that says something else
   */
  public void requireEffect(LoadedConf next) throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEdit edit : edits) {
      ConfEntry entry = next.values().given().get(edit.path());
      // References are resolved, and elements of a list move up where one is taken out.
      boolean isComparable =
          edit.value() == null
              ? edit.captures().isEmpty()
              : !String.valueOf(edit.value()).contains("${");
      if (entry != null
          && entry.origin().layer() == Layer.FILE
          && isComparable
          && !isSame(edit.value(), entry.value())) {
        problems.add(
            ConfProblem.at(
                entry.origin(),
                ConfProblem.shown(entry.key(), entry.raw()),
                "wins over what would be written",
                "an edit by hand"));
      }
    }
    ConfException.throwIfAny(problems);
  }

  private static boolean isSame(@Nullable Object wanted, Object found) {
    return String.valueOf(wanted).equalsIgnoreCase(String.valueOf(found));
  }

  /** The document that has the setting, else the one for its kind, else the main one. */
  private static Path fileOf(ConfEdit edit, LoadedConf stored, Path newFile) {
    ConfEntry entry = stored.values().given().get(edit.path());
    if (entry != null && entry.origin().layer() == Layer.FILE) {
      for (Path path : stored.documents().keySet()) {
        if (path.toString().equals(entry.origin().source())) {
          return path;
        }
      }
    }
    if (edit.key().keyValue().startsWith("bridge.")) {
      for (Path path : stored.documents().keySet()) {
        boolean isBridges = path.endsWith(SiblingFile.BRIDGE.fileName());
        if (isBridges && !path.equals(stored.source())) {
          return path;
        }
      }
    }
    return stored.source() == null ? newFile : stored.source();
  }
}
