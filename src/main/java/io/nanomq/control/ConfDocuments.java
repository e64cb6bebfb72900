package io.nanomq.control;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.ReferenceKeepers;
import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.HashedDocument;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.KnownReferences;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.FileConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PemStore;
import io.quarkus.runtime.LaunchMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents of the configuration, wherever they are kept: the main one in a store of its own (a
 * ConfigMap) or in a file, NanoMQ's further ones in files. Everything here blocks; only the
 * reconciler's thread writes.
 *
 * <p>Where the process began without any document, the first edit makes one where the next start
 * looks for it: {@value ConfLoader#DEFAULT_FILE} of the working directory.
 */
public final class ConfDocuments {
  private final ConfInputs inputs;
  private final @Nullable ConfStore mainStore;
  private final Path main;
  private final PemStore pems;
  private final Clock clock;
  private volatile boolean hasMain;
  private volatile LoadedConf last;
  private volatile LoadedConf inForce;

  /**
   * @param started what the process began with
   * @param mainStore where the main document is kept; null = in its file
   * @param pems where keys and certificates are kept
   */
  public ConfDocuments(
      ConfInputs inputs,
      LoadedConf started,
      @Nullable ConfStore mainStore,
      PemStore pems,
      Clock clock) {
    this.inputs = inputs;
    this.mainStore = mainStore;
    this.pems = pems;
    this.clock = clock;
    Path source = started.source();
    this.main =
        source == null ? inputs.workingDirectory().resolve(ConfLoader.DEFAULT_FILE) : source;
    this.hasMain = source != null;
    this.last = started;
    this.inForce = started;
  }

  /** What was read for this is missed from now on where it vanishes. */
  void inForce(LoadedConf applied) {
    inForce = applied;
  }

  /** The main document, which need not exist. */
  Path main() {
    return main;
  }

  /** Where keys and certificates are kept. */
  PemStore pems() {
    return pems;
  }

  /** Name of the main store, for people. */
  String storeName() {
    return store(main).name();
  }

  /** Whether a change of the store applies by itself where nobody says otherwise. */
  boolean appliesByDefault() {
    // A ConfigMap is changed by people who expect Kubernetes' way; a file by one who is not done,
    // but
    // in dev mode, where whatever is saved counts.
    return mainStore != null || LaunchMode.current() == LaunchMode.DEVELOPMENT;
  }

  /**
   * Reads and parses everything.
   *
   * @throws ConfException where anything is wrong, or a document, or a file that it includes, was
   *     there and is gone or empty: that must not open the broker up to the defaults
   */
  StoredDocuments read() throws IOException, ConfException {
    Map<Path, byte[]> replacements = new HashMap<>();
    Map<Path, String> versions = new HashMap<>();
    if (mainStore != null) {
      StoredConf stored = mainStore.read();
      versions.put(main, stored.version());
      if (!stored.version().equals(ConfStore.ABSENT)) {
        replacements.put(main, stored.bytes());
      } else if (hasMain) {
        throw gone();
      }
    }
    LoadedConf loaded = inputs.load(replacements, last, inForce, null);
    if (loaded.source() == null && hasMain) {
      throw gone();
    }
    hasMain = loaded.source() != null;
    last = loaded;
    for (Map.Entry<Path, ConfDocument> document : loaded.documents().entrySet()) {
      // A file's version is its content, so that what was parsed is what the version stands for.
      versions.putIfAbsent(document.getKey(), document.getValue().hash());
    }
    return new StoredDocuments(loaded, versions, hash(loaded));
  }

  /**
   * The main document's version alone, whatever is in it.
   *
   * @param running stands in for what is stored where that is broken
   */
  StoredDocuments readMain(LoadedConf running) throws IOException {
    try {
      return read();
    } catch (ConfException broken) {
      return new StoredDocuments(running, Map.of(main, store(main).read().version()), "");
    }
  }

  /**
   * The configuration with these contents in place of those that are stored.
   *
   * @param known what they may refer to; null = anything
   */
  LoadedConf load(Map<Path, byte[]> contents, @Nullable KnownReferences known)
      throws ConfException {
    try {
      return inputs.load(contents, last, inForce, known);
    } catch (ConfException e) {
      // What these contents name and cannot be read is their own fault.
      throw e.isUnreadable() ? new ConfException(e.problems()) : e;
    }
  }

  private ConfException gone() {
    return new ConfException(
        ConfProblem.in(
            storeName(), "is no longer there", "the document that the broker runs with"));
  }

  /** The configuration that {@code base} would be with other contents of some documents. */
  LoadedConf with(LoadedConf base, Map<Path, byte[]> contents) throws ConfException {
    Map<Path, byte[]> replacements = new LinkedHashMap<>();
    base.documents().forEach((path, document) -> replacements.put(path, bytes(document)));
    replacements.putAll(contents);
    return inputs.load(replacements, base, inForce, ReferenceKeepers.known(base));
  }

  /**
   * Holds a configuration against this machine: certificates, keys, addresses.
   *
   * @param keys what certificates and keys are read from
   * @return warnings
   * @throws ConfException where there are errors
   */
  List<ConfProblem> check(LoadedConf loaded, PemSource keys) throws ConfException {
    List<ConfProblem> problems = inputs.check(loaded, clock, keys);
    if (problems.stream().anyMatch(ConfProblem::isError)) {
      throw new ConfException(problems);
    }
    return problems;
  }

  /**
   * Writes documents; where one cannot be written, those before it are put back.
   *
   * @param stored what the change was made from
   * @param next what the documents say then
   * @throws IOException where nothing was changed
   */
  void write(StoredDocuments stored, Map<Path, byte[]> contents, LoadedConf next)
      throws IOException {
    Map<Path, StoredConf> written = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, byte[]> content : contents.entrySet()) {
        Path path = content.getKey();
        String version = stored.versions().getOrDefault(path, ConfStore.ABSENT);
        written.put(path, store(path).write(version, content.getValue()));
      }
    } catch (IOException e) {
      putBack(stored, written, e);
      throw e;
    }
    hasMain |= contents.containsKey(main);
    last = next;
  }

  private void putBack(StoredDocuments stored, Map<Path, StoredConf> written, IOException why) {
    for (Map.Entry<Path, StoredConf> change : written.entrySet()) {
      ConfDocument before = stored.loaded().documents().get(change.getKey());
      ConfStore store = store(change.getKey());
      String version = change.getValue().version();
      try {
        if (before != null) {
          store.write(version, bytes(before));
        } else if (store instanceof FileConfStore file) {
          // An empty one would be an error at the next start.
          file.delete(version);
        }
      } catch (IOException e) {
        why.addSuppressed(e);
      }
    }
  }

  /** Where the documents and what they include are, those that need not exist among them. */
  Set<Path> paths(LoadedConf loaded) {
    Set<Path> paths = new LinkedHashSet<>(loaded.documents().keySet());
    paths.addAll(loaded.includedFiles());
    paths.add(main);
    return paths;
  }

  /** When the files of what was read last were written; those that are not there are left out. */
  Map<Path, FileTime> written() {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path path : paths(last)) {
      try {
        times.put(path, Files.getLastModifiedTime(path));
      } catch (IOException e) {
        continue; // reading it tells
      }
    }
    return times;
  }

  /** Calls {@code changed} whenever one of the documents does, from a thread of the stores. */
  List<ConfStore.Watch> watch(Set<Path> paths, Runnable changed) {
    return paths.stream().map(path -> store(path).watch(stored -> changed.run())).toList();
  }

  private ConfStore store(Path path) {
    return mainStore != null && path.equals(main) ? mainStore : new FileConfStore(path);
  }

  static String hash(LoadedConf loaded) {
    List<ConfDocument> documents = List.copyOf(loaded.documents().values());
    return switch (documents.size()) {
      case 0 -> "";
      case 1 -> documents.get(0).hash();
      default ->
          HashedDocument.hash(String.join("", documents.stream().map(ConfDocument::text).toList()));
    };
  }

  private static byte[] bytes(ConfDocument document) {
    return document.text().getBytes(StandardCharsets.UTF_8);
  }
}
