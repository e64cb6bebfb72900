package io.nanomq.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes all files that a patch changes, or none: where one cannot be written, those before it get
 * their old content back. Each file by itself is replaced in one step, so that a crash between two
 * of them leaves every file whole.
 */
public final class FileTransaction {
  private final LoadedConf stored;
  private final Deque<Undo> undo = new ArrayDeque<>();

  private FileTransaction(LoadedConf stored) {
    this.stored = stored;
  }

  private record Undo(FileConfStore store, StoredConf before, StoredConf after) {}

  /**
   * @param stored what the patch was made from
   * @param contents documents to write, as {@link ConfPatch#apply} answers them
   * @param pemFiles files of keys and certificates, as {@link ConfPatch#pemFiles()} has them
   * @throws ConfConflictException where a document has changed since it was loaded
   * @throws IOException where a file cannot be written; all are as they were
   */
  public static void write(
      LoadedConf stored, Map<Path, byte[]> contents, Map<Path, String> pemFiles)
      throws IOException {
    FileTransaction transaction = new FileTransaction(stored);
    // Keys first: a document that names them must find them.
    Map<Path, byte[]> files = new LinkedHashMap<>();
    pemFiles.forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
    files.putAll(contents);
    try {
      for (Map.Entry<Path, byte[]> file : files.entrySet()) {
        transaction.write(file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      transaction.undo(e);
      throw e;
    }
  }

  private void write(Path path, byte[] content) throws IOException {
    FileConfStore store = new FileConfStore(path);
    StoredConf before = store.read();
    ConfDocument document = stored.documents().get(path);
    String expected = before.version();
    if (document != null) {
      expected = StoredConf.hash(document.text().getBytes(StandardCharsets.UTF_8));
    }
    undo.push(new Undo(store, before, store.write(expected, content)));
  }

  private void undo(IOException cause) {
    for (Undo step : undo) {
      try {
        if (step.before().version().equals(ConfStore.ABSENT)) {
          step.store().delete(step.after().version());
        } else {
          step.store().write(step.after().version(), step.before().bytes());
        }
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
