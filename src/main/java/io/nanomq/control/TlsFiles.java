package io.nanomq.control;

import io.nanomq.config.ConfProblem;
import io.nanomq.config.ConfStore;
import io.nanomq.config.FileConfStore;
import io.nanomq.config.HttpServerConf;
import io.nanomq.config.ListenerConf;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.StoredConf;
import io.nanomq.config.TlsConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and certificates that came through the API: tried in a folder of their own first, where no
 * listener reads them, then put in place. Used once, by one thread.
 */
final class TlsFiles implements AutoCloseable {
  private final Map<Path, String> contents;
  private final Map<Path, Path> trial = new LinkedHashMap<>();
  private final Map<Path, StoredConf> before = new LinkedHashMap<>();

  /**
   * @param contents real path to content, in PEM
   * @throws IOException where there is no room to try them
   */
  TlsFiles(Map<Path, String> contents) throws IOException {
    this.contents = contents;
    if (contents.isEmpty()) {
      return;
    }
    // Readable for this process alone: it holds a private key.
    Path folder = Files.createTempDirectory("nanomq-tls");
    for (Map.Entry<Path, String> file : contents.entrySet()) {
      Path copy = folder.resolve(trial.size() + ".pem");
      Files.writeString(copy, file.getValue());
      trial.put(file.getKey(), copy);
    }
  }

  /** The same configuration, with listeners and an API that read the files on trial. */
  LoadedConf onTrial(LoadedConf loaded, Path workingDirectory) {
    List<ListenerConf> listeners =
        loaded.conf().listeners().stream()
            .map(listener -> onTrial(listener, workingDirectory))
            .toList();
    HttpServerConf http = loaded.conf().httpServer();
    http = http.isSecure() ? http.withTls(onTrial(http.tls(), workingDirectory)) : http;
    return new LoadedConf(
        loaded.conf().withListeners(listeners).withHttpServer(http),
        loaded.values(),
        loaded.warnings(),
        loaded.source(),
        loaded.documents(),
        loaded.checkOnly(),
        loaded.helpOnly());
  }

  private ListenerConf onTrial(ListenerConf listener, Path folder) {
    return new ListenerConf(
        listener.name(),
        listener.transport(),
        listener.host(),
        listener.port(),
        listener.path(),
        onTrial(listener.tls(), folder));
  }

  private TlsConf onTrial(TlsConf tls, Path folder) {
    return new TlsConf(
        file(tls.keyFile(), folder),
        file(tls.certFile(), folder),
        file(tls.caCertFile(), folder),
        tls.keyPassword(),
        tls.verifyPeer(),
        tls.failIfNoPeerCert());
  }

  private String file(String configured, Path folder) {
    Path copy = configured.isEmpty() ? null : trial.get(folder.resolve(configured));
    return copy == null ? configured : copy.toString();
  }

  /** A problem that names files on trial, with their real names in it. */
  ConfProblem withRealNames(ConfProblem problem) {
    return new ConfProblem(
        problem.severity(),
        problem.source(),
        problem.line(),
        problem.column(),
        problem.key(),
        withRealNames(problem.value()),
        withRealNames(problem.reason()),
        problem.expected());
  }

  private String withRealNames(String text) {
    String named = text;
    for (Map.Entry<Path, Path> file : trial.entrySet()) {
      named = named.replace(file.getValue().toString(), file.getKey().toString());
    }
    return named;
  }

  /**
   * Writes the files, each of them whole or not at all; keys for this process alone.
   *
   * @throws IOException where one cannot be written; all are as they were
   */
  void commit() throws IOException {
    try {
      for (Map.Entry<Path, String> file : contents.entrySet()) {
        FileConfStore store = new FileConfStore(file.getKey());
        StoredConf old = store.read();
        if (file.getValue().contains("PRIVATE KEY-----")) {
          closeToOthers(file.getKey());
        }
        store.write(old.version(), file.getValue().getBytes(StandardCharsets.UTF_8));
        before.put(file.getKey(), old);
      }
    } catch (IOException e) {
      undo();
      throw e;
    }
  }

  // Before the key is in it: the store keeps the mode of the file that it replaces.
  private static void closeToOthers(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && Files.exists(file)) {
      view.setPermissions(PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Puts back what {@link #commit} replaced. */
  void undo() throws IOException {
    for (Map.Entry<Path, StoredConf> file : before.entrySet()) {
      if (file.getValue().version().equals(ConfStore.ABSENT)) {
        Files.deleteIfExists(file.getKey());
      } else {
        FileConfStore store = new FileConfStore(file.getKey());
        store.write(store.read().version(), file.getValue().bytes());
      }
    }
    before.clear();
  }

  @Override
  public void close() throws IOException {
    Path folder = null;
    for (Path copy : trial.values()) {
      folder = copy.getParent();
      Files.deleteIfExists(copy);
    }
    if (folder != null) {
      Files.deleteIfExists(folder);
    }
  }
}
