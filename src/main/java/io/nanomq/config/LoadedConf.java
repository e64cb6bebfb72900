package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.IncludedFile;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration and where it came from. Immutable.
 *
 * @param conf the typed tree
 * @param values every setting with its origin
 * @param warnings what is not wrong enough to stop, such as keys that are not in effect yet
 * @param source the main file; null where the broker runs on defaults, variables and options alone
 * @param documents all files that were read, the main one first
 * @param isSelfContained whether nothing but the documents, variables and options made it what it
 *     is
 * @param checkOnly whether the command line says {@code --check}
 * @param helpOnly whether the command line asks for help
 */
public record LoadedConf(
    NanomqConf conf,
    ConfValues values,
    List<ConfProblem> warnings,
    @Nullable Path source,
    Map<Path, ConfDocument> documents,
    boolean isSelfContained,
    boolean checkOnly,
    boolean helpOnly) {

  public LoadedConf {
    warnings = List.copyOf(warnings);
    documents = Collections.unmodifiableMap(new LinkedHashMap<>(documents));
  }

  /** The text of a setting that is one; empty where it is unset. */
  public String text(String id) {
    return values.text(id);
  }

  /** Everything that the documents include, be it there or not. */
  public Set<Path> includedFiles() {
    return documents.values().stream()
        .flatMap(document -> document.includes().stream())
        .map(IncludedFile::path)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The main document; null where there is none. */
  public @Nullable ConfDocument document() {
    return source == null ? null : documents.get(source);
  }

  /** Whether the main document is in NanoMQ's later format. */
  public boolean isHocon() {
    ConfDocument document = document();
    return document != null && document.syntax() == Syntax.HOCON;
  }
}
